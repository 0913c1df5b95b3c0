import type { GLTFLoader } from '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import type { IGLTFLoaderExtension } from '@babylonjs/loaders/glTF/2.0/glTFLoaderExtension.js';
import {
  registerGLTFExtension,
  unregisterGLTFExtension,
} from '@babylonjs/loaders/glTF/2.0/glTFLoaderExtensionRegistry.js';
import type { IBufferView } from '@babylonjs/loaders/glTF/2.0/glTFLoaderInterfaces.js';

const NAME = 'EXT_meshopt_compression';

/** The extension on a buffer view, of which the buffer view's own numbers describe what comes out. */
interface CompressedView {
  readonly buffer: number;
  readonly byteOffset?: number;
  readonly byteLength: number;
  readonly byteStride: number;
  readonly count: number;
  readonly mode: string;
  readonly filter?: string;
}

/**
 * Reads meshes compressed with meshoptimizer. Babylon's own class of this extension fetches its decoder from a CDN; here
 * it is a module of the application, which is loaded with the first file that needs it.
 */
class MeshoptViews implements IGLTFLoaderExtension {
  readonly name: string = NAME;
  enabled: boolean;
  private readonly loader: GLTFLoader;
  /** Accessors may share a view. */
  private readonly decoded: Map<IBufferView, Promise<Uint8Array>> = new Map();

  constructor(loader: GLTFLoader) {
    this.loader = loader;
    this.enabled = loader.isExtensionUsed(NAME);
  }

  dispose(): void {
    this.decoded.clear();
  }

  loadBufferViewAsync(context: string, view: IBufferView): Promise<Uint8Array> | null {
    const compressed = view.extensions?.[NAME] as CompressedView | undefined;
    if (compressed === undefined) return null;
    const known = this.decoded.get(view);
    if (known) return known;
    const decoded = this.decode(`${context}/extensions/${NAME}`, compressed);
    this.decoded.set(view, decoded);
    return decoded;
  }

  private async decode(context: string, view: CompressedView): Promise<Uint8Array> {
    const { buffer, byteOffset = 0, byteLength, byteStride, count, mode, filter } = view;
    const source = this.loader.gltf.buffers?.[buffer];
    if (!source) throw new Error(`${context}/buffer: expected one of the file's buffers, got ${buffer}`);
    const [{ MeshoptDecoder }, bytes] = await Promise.all([
      import('meshoptimizer/decoder'),
      this.loader.loadBufferAsync(`/buffers/${buffer}`, source, byteOffset, byteLength),
    ]);
    await MeshoptDecoder.ready;
    const target = new Uint8Array(count * byteStride);
    const given = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    MeshoptDecoder.decodeGltfBuffer(target, count, byteStride, given, mode, filter);
    return target;
  }
}

let registered = false;

/** Makes Babylon's glTF loader read compressed meshes without a network. Doing it again changes nothing. */
export function registerMeshopt(): void {
  if (registered) return;
  registered = true;
  unregisterGLTFExtension(NAME);
  registerGLTFExtension(NAME, true, (loader) => new MeshoptViews(loader));
}
