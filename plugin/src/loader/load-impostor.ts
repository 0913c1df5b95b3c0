import type { AssetContainer } from '@babylonjs/core/assetContainer.js';
import { LoadAssetContainerAsync, SceneLoader } from '@babylonjs/core/Loading/sceneLoader.js';
import { RegisterInstancedMesh } from '@babylonjs/core/Meshes/instancedMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { RegisterEXT_texture_webp } from '@babylonjs/loaders/glTF/2.0/Extensions/EXT_texture_webp.pure.js';
import { RegisterKHR_mesh_quantization } from '@babylonjs/loaders/glTF/2.0/Extensions/KHR_mesh_quantization.pure.js';
import { RegisterGLTF2Loader } from '@babylonjs/loaders/glTF/2.0/glTFLoader.pure.js';
import { RegisterGLTFFileLoader } from '@babylonjs/loaders/glTF/glTFFileLoader.pure.js';
import { AssetError, EXTENSION_NAME } from '../asset/index.ts';
import { type BeyondRange, Impostor, type MarchQuality } from '../impostor/index.ts';
import { registerMeshopt } from './meshopt.ts';
import { registerImpostorExtension } from './TURNAROUND_impostor.pure.ts';

/**
 * Registers what reading a character takes: Babylon's glTF loader unless there is one, WebP, compressed meshes, and the
 * extension.
 */
export function registerImpostorLoader(): void {
  RegisterInstancedMesh();
  RegisterEXT_texture_webp();
  RegisterKHR_mesh_quantization();
  registerMeshopt();
  registerImpostorExtension();
  // Who imports the file's loader alone, as the Inspector does, has none for the version.
  RegisterGLTF2Loader();
  if (SceneLoader.IsPluginForExtensionAvailable('.glb')) return;
  RegisterGLTFFileLoader();
}

/** How a loaded character appears. */
export interface ImpostorLoadOptions {
  /** Of the frame, which holds head and shoulders, in metres; by default what the file says, .3 for a life-sized one. */
  readonly height?: number;
  /** What cameras beyond the stored views see (`clamp`). */
  readonly beyond?: BeyondRange;
  /** How finely views are marched between (`auto`: by size on the screen). */
  readonly quality?: MarchQuality | 'auto';
}

/** Loads characters. */
export const ImpostorLoader: { readonly loadAsync: typeof loadImpostorAsync } = {
  loadAsync: loadImpostorAsync,
};

/**
 * Loads a character into a scene. Disposing the impostor frees all that the file brought.
 *
 * @param source  address of a `.glb` or `.gltf`, a `File`, or the bytes of a `.glb`
 * @throws AssetError with `code` `none` where the file holds no character, `several` where it holds more than one (load
 * such a file with Babylon's own functions and ask `Impostor.FromNode`), and the codes of `validateExtension`; Babylon's
 * own errors where the file cannot be read
 */
export async function loadImpostorAsync(
  source: string | File | ArrayBufferView,
  scene: Scene,
  { height, beyond, quality }: ImpostorLoadOptions = {},
): Promise<Impostor> {
  registerImpostorLoader();
  const name = typeof source === 'string' ? source : source instanceof File ? source.name : 'the file';
  const container = await loadContainer(source, name, scene);
  const found = container.getNodes().flatMap((node) => Impostor.FromNode(node) ?? []);
  const [impostor, ...others] = new Set(found);
  if (!impostor || others.length > 0) {
    container.dispose();
    if (!impostor)
      throw new AssetError('none', `asset: expected a node with ${EXTENSION_NAME} in ${name}, got none`);
    throw new AssetError('several', `asset: expected one character in ${name}, got ${others.length + 1}`);
  }
  if (height !== undefined) impostor.height = height;
  if (beyond !== undefined) impostor.beyond = beyond;
  if (quality !== undefined) impostor.quality = quality;
  await impostor.whenReadyAsync();
  container.addAllToScene();
  impostor.onDisposeObservable.addOnce(() => container.dispose());
  return impostor;
}

async function loadContainer(
  source: string | File | ArrayBufferView,
  name: string,
  scene: Scene,
): Promise<AssetContainer> {
  // Addresses of blobs and services need not end in anything.
  const pluginExtension = /\.gltf(?:[?#]|$)/i.test(name) ? '.gltf' : '.glb';
  try {
    return await LoadAssetContainerAsync(source, scene, { pluginExtension });
  } catch (error) {
    throw assetErrorWithin(error) ?? error;
  }
}

/** Babylon wraps what a loader throws; what the contract says is worth more than the wrapping. */
function assetErrorWithin(error: unknown): AssetError | null {
  for (
    let inner: unknown = error;
    inner instanceof Error;
    inner = 'innerError' in inner ? inner.innerError : inner.cause
  )
    if (inner instanceof AssetError) return inner;
  return null;
}
