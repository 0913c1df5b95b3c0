import { type GLTF, type JSONDocument, WebIO } from '@gltf-transform/core';
import { EXTENSION_NAME, type ImpostorExtension, validateExtension } from '@turnaround/plugin/asset';
import { CharacterError } from './errors.ts';

/** A picture's file within a file. */
export interface StoredImage {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** A character's file taken apart. */
export interface CharacterFile {
  readonly extension: ImpostorExtension;
  /** The colour atlas as it lies in the file. */
  readonly atlas: StoredImage;
  /** The depth atlas, likewise; null where there is none. */
  readonly depth: StoredImage | null;
  /** `asset.generator` and `asset.copyright`; empty where there is none. */
  readonly generator: string;
  readonly copyright: string;
  /** `asset.extras`; empty where there is none. */
  readonly extras: Readonly<Record<string, unknown>>;
  /** Name of the node that holds the extension. */
  readonly name: string;
}

/**
 * Reads a character's file, for `inspect` and for tests. Nothing is decoded.
 * @throws CharacterError `not-glb` for bytes that are no binary glTF, `not-a-character` for a file without the
 * extension or without its atlases; AssetError where the extension breaks its contract
 */
export async function readCharacter(bytes: Uint8Array): Promise<CharacterFile> {
  const { json, resources } = await wholeGlb(() => new WebIO().binaryToJSON(new Uint8Array(bytes)));
  const node = json.nodes?.find(({ extensions }) => extensions?.[EXTENSION_NAME] !== undefined);
  if (!node)
    throw new CharacterError(
      'not-a-character',
      `character: expected a node with ${EXTENSION_NAME}, found none`,
    );
  const extension = validateExtension(node.extensions?.[EXTENSION_NAME]);
  return {
    extension,
    atlas: readImage(json, resources, extension.colour.index),
    depth: extension.depth ? readImage(json, resources, extension.depth.texture.index) : null,
    generator: json.asset.generator ?? '',
    copyright: json.asset.copyright ?? '',
    extras: json.asset.extras ?? {},
    name: node.name ?? '',
  };
}

/** What is read from a file's bytes. @throws CharacterError `not-glb` in place of what the reader throws */
export async function wholeGlb<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new CharacterError('not-glb', `character: expected a binary glTF, got ${(error as Error).message}`);
  }
}

/** The bytes behind a texture, from its WebP source where it has one. */
function readImage(json: GLTF.IGLTF, resources: JSONDocument['resources'], index: number): StoredImage {
  const texture = json.textures?.[index];
  const webp = texture?.extensions?.['EXT_texture_webp'] as { source?: number } | undefined;
  const image = json.images?.[webp?.source ?? texture?.source ?? -1];
  const view = json.bufferViews?.[image?.bufferView ?? -1];
  const buffer = Object.values(resources)[0];
  const start = view?.byteOffset ?? 0;
  if (!image || !view || !buffer || start + view.byteLength > buffer.length)
    throw new CharacterError(
      'not-a-character',
      `character: expected texture ${index} in the file, found none`,
    );
  return { mimeType: image.mimeType ?? '', bytes: buffer.slice(start, start + view.byteLength) };
}
