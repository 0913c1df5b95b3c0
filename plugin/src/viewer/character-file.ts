import { EXTENSION_NAME, type ImpostorExtension, type View, validateExtension } from '../asset/index.ts';

interface Gltf {
  readonly nodes?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly textures?: readonly {
    readonly source?: number;
    readonly extensions?: { readonly EXT_texture_webp?: { readonly source: number } };
  }[];
  readonly images?: readonly { readonly bufferView?: number; readonly mimeType?: string }[];
  readonly bufferViews?: readonly { readonly byteOffset?: number; readonly byteLength: number }[];
}

/** A character's pictures, read from its file without any 3D engine. */
export interface CharacterPictures {
  readonly extension: ImpostorExtension;
  /** The colour atlas as stored: WebP or PNG. */
  readonly atlas: Blob;
}

/**
 * Fetches a character's file.
 *
 * @throws Error with the server's own words where there is none
 */
export async function fetchCharacter(url: string): Promise<File> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`The server says of ${url}: ${response.status} ${response.statusText}`.trimEnd());
  return new File([await response.blob()], decodeURIComponent(url.split('/').at(-1)!));
}

/**
 * The pictures of a `.glb`.
 *
 * @throws Error where it is none, and AssetError where it holds no valid character
 */
export async function readPictures(file: Blob): Promise<CharacterPictures> {
  const { json, binary } = unpack(await file.arrayBuffer());
  const contents = json.nodes
    ?.map(({ extensions }) => extensions?.[EXTENSION_NAME])
    .find((found) => found !== undefined);
  const extension = validateExtension(contents);
  const texture = json.textures?.[extension.colour.index];
  const image = json.images?.[texture?.extensions?.EXT_texture_webp?.source ?? texture?.source ?? -1];
  const view = json.bufferViews?.[image?.bufferView ?? -1];
  if (!view) throw new Error('no picture inside');
  const bytes = binary.slice(view.byteOffset ?? 0, (view.byteOffset ?? 0) + view.byteLength);
  return { extension, atlas: new Blob([bytes], { type: image?.mimeType ?? 'image/webp' }) };
}

/** The view that faces the camera most. */
export function frontView({ views }: ImpostorExtension): View {
  const turned = (view: View): number => Math.hypot(view.yaw, view.pitch);
  return views.reduce((front, view) => (turned(view) < turned(front) ? view : front));
}

function unpack(file: ArrayBuffer): { json: Gltf; binary: ArrayBuffer } {
  const words = new DataView(file);
  if (file.byteLength < 20 || words.getUint32(0, true) !== 0x46546c67) throw new Error('no binary glTF');
  const length = words.getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 20, length))) as Gltf;
  return { json, binary: file.slice(20 + length + 8) };
}
