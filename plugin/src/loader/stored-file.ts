import { GetMimeType } from '@babylonjs/core/Misc/fileTools.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { ArrayItem, type GLTFLoader } from '@babylonjs/loaders/glTF/2.0/glTFLoader.pure.js';
import type { IMaterial, INode } from '@babylonjs/loaders/glTF/2.0/glTFLoaderInterfaces.js';
import type { ImpostorExtension } from '../asset/index.ts';
import type { Impostor } from '../impostor/index.ts';

/** A picture's file as it lies in a character's file, and how it asks to be read. */
export interface StoredTexture {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  /** glTF's numbers. */
  readonly sampler: {
    readonly [name in 'magFilter' | 'minFilter' | 'wrapS' | 'wrapT']: number | undefined;
  };
}

/** How the mesh that other viewers show is drawn. */
export interface StoredMaterial {
  readonly name: string;
  readonly alphaMode: 'OPAQUE' | 'MASK' | 'BLEND';
  readonly doubleSided: boolean;
  readonly texture: StoredTexture | null;
}

/**
 * What a character's file holds beyond what is drawn from it, for those who write it again: nothing on the GPU has these
 * bytes any more once views are marched between. Of one texture there is one object.
 */
export interface StoredFile {
  readonly colour: StoredTexture;
  readonly depth: StoredTexture | null;
  /** Null where the file has no mesh, or one without a material. */
  readonly material: StoredMaterial | null;
}

const files = new WeakMap<Impostor, StoredFile>();

/** What was read with a loaded impostor, until it is disposed; null for one that was made otherwise. */
export function storedFileOf(impostor: Impostor): StoredFile | null {
  return files.get(impostor) ?? null;
}

export function keepStoredFile(impostor: Impostor, file: StoredFile): void {
  files.set(impostor, file);
  impostor.onDisposeObservable.addOnce(() => files.delete(impostor));
}

/** Copies a character's pictures out of the file that is being loaded: a tenth of the memory that its textures take. */
export async function readStoredFile(
  loader: GLTFLoader,
  context: string,
  node: INode,
  { colour, depth }: ImpostorExtension,
): Promise<StoredFile> {
  const textures = new Map<number, Promise<StoredTexture>>();
  const read = (index: number): Promise<StoredTexture> => {
    const known = textures.get(index) ?? readTexture(loader, context, index);
    textures.set(index, known);
    return known;
  };
  const material = materialOf(loader, node);
  const drawn = material?.pbrMetallicRoughness?.baseColorTexture?.index;
  const [colourFile, depthFile, drawnFile] = await Promise.all([
    read(colour.index),
    depth ? read(depth.texture.index) : null,
    drawn === undefined ? null : read(drawn).catch(doWithout),
  ]);
  return {
    colour: colourFile,
    depth: depthFile,
    material: material && {
      name: material.name ?? '',
      alphaMode: material.alphaMode ?? 'OPAQUE',
      doubleSided: material.doubleSided ?? false,
      texture: drawnFile,
    },
  };
}

/** Nothing that is shown here needs the mesh's texture. */
function doWithout(error: unknown): null {
  Logger.Warn(`the texture of a character's mesh cannot be read, so exports will lack it: ${String(error)}`);
  return null;
}

function materialOf({ gltf }: GLTFLoader, { mesh }: INode): IMaterial | null {
  const index = gltf.meshes?.[mesh ?? -1]?.primitives[0]?.material;
  return gltf.materials?.[index ?? -1] ?? null;
}

async function readTexture(loader: GLTFLoader, context: string, index: number): Promise<StoredTexture> {
  const { gltf } = loader;
  const texture = ArrayItem.Get(context, gltf.textures, index);
  const better: { source?: number }[] = Object.values(texture.extensions ?? {});
  const source = better.find((extension) => extension.source !== undefined)?.source ?? texture.source;
  const image = ArrayItem.Get(`/textures/${index}/source`, gltf.images, source);
  const { magFilter, minFilter, wrapS, wrapT } = gltf.samplers?.[texture.sampler ?? -1] ?? {};
  const { buffer, byteOffset, byteLength } = await loader.loadImageAsync(`/images/${image.index}`, image);
  return {
    name: image.name ?? texture.name ?? '',
    mimeType: image.mimeType ?? GetMimeType(image.uri ?? '') ?? '',
    bytes: new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength)),
    sampler: { magFilter, minFilter, wrapS, wrapT },
  };
}
