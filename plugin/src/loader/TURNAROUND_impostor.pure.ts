import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { GLTFLoader } from '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import type { IGLTFLoaderExtension } from '@babylonjs/loaders/glTF/2.0/glTFLoaderExtension.js';
import {
  registerGLTFExtension,
  unregisterGLTFExtension,
} from '@babylonjs/loaders/glTF/2.0/glTFLoaderExtensionRegistry.js';
import type { IGLTF, INode, ITextureInfo } from '@babylonjs/loaders/glTF/2.0/glTFLoaderInterfaces.js';
import { EXTENSION_NAME, type ImpostorExtension, validateExtension } from '../asset/index.ts';
import { Impostor, type ImpostorOptions } from '../impostor/index.ts';
import { keepStoredFile, readStoredFile } from './stored-file.ts';

/**
 * Turns a node with `TURNAROUND_impostor` into an `Impostor`; the node's mesh, which other viewers show, becomes its `solid`.
 * `Impostor.FromNode` finds it by the node.
 */
export class TURNAROUND_impostor implements IGLTFLoaderExtension {
  readonly name: string = EXTENSION_NAME;
  enabled: boolean;
  private readonly loader: GLTFLoader;

  constructor(loader: GLTFLoader) {
    this.loader = loader;
    this.enabled = loader.isExtensionUsed(EXTENSION_NAME);
    if (this.enabled && !loader.parent.loadAllMaterials)
      loader.parent.skipMaterials ||= onlyImpostors(loader.gltf);
  }

  dispose(): void {
    this.enabled = false;
  }

  /** @throws AssetError where the extension's contents do not keep the contract */
  loadNodeAsync(
    context: string,
    node: INode,
    assign: (babylonMesh: TransformNode) => void,
  ): Promise<TransformNode> | null {
    const contents: unknown = node.extensions?.[EXTENSION_NAME];
    if (contents === undefined) return null;
    const extension = validateExtension(contents);
    const nodePromise = this.loadWithoutMesh(context, node, assign);
    return this.loadImpostor(context, node, extension, nodePromise);
  }

  /** The loader reads the node's mesh before it returns, so the mesh needs to be out of sight only until then. */
  private loadWithoutMesh(
    context: string,
    node: INode,
    assign: (babylonMesh: TransformNode) => void,
  ): Promise<TransformNode> {
    const { mesh } = node;
    delete node.mesh;
    const promise = this.loader.loadNodeAsync(context, node, assign);
    if (mesh !== undefined) node.mesh = mesh;
    return promise;
  }

  private async loadImpostor(
    nodeContext: string,
    node: INode,
    extension: ImpostorExtension,
    nodePromise: Promise<TransformNode>,
  ): Promise<TransformNode> {
    const context = `${nodeContext}/extensions/${EXTENSION_NAME}`;
    // "No colour" keeps the bytes as stored: as colour, they would come out of the texture as linear light.
    const colour: ITextureInfo = { index: extension.colour.index, nonColorData: true };
    const [carrier, solid, atlas, depth, file] = await Promise.all([
      nodePromise,
      this.loadSolid(nodeContext, node),
      this.loader.loadTextureInfoAsync(`${context}/colour`, colour),
      this.loadDepth(`${context}/depth`, extension),
      readStoredFile(this.loader, context, node, extension),
    ]);
    const impostor = this.createImpostor({
      extension,
      node: carrier,
      atlas,
      ...(depth ? { depth } : {}),
      ...(solid ? { solid } : {}),
    });
    keepStoredFile(impostor, file);
    // By these the loader lists the quad and its material among what the file brought.
    node._primitiveBabylonMeshes = solid ? [impostor.mesh, solid] : [impostor.mesh];
    this.loader.parent.onMeshLoadedObservable.notifyObservers(impostor.mesh);
    if (impostor.mesh.material)
      this.loader.parent.onMaterialLoadedObservable.notifyObservers(impostor.mesh.material);
    return carrier;
  }

  /** The mesh that other viewers show, as a node of its own; the impostor hides it from cameras. */
  private async loadSolid(context: string, { index, name, mesh }: INode): Promise<Mesh | null> {
    if (mesh === undefined) return null;
    const own: INode = { index, name: `${name ?? `node${index}`}.solid`, mesh };
    const loaded = await this.loader.loadNodeAsync(context, own, () => {});
    return loaded instanceof Mesh ? loaded : null;
  }

  /** Codes must arrive as they are stored: no colour, no wrapping, no filtering, whatever the file's sampler says. */
  private async loadDepth(context: string, { depth }: ImpostorExtension): Promise<BaseTexture | null> {
    if (!depth) return null;
    const reference: ITextureInfo = { index: depth.texture.index, nonColorData: true };
    const texture = await this.loader.loadTextureInfoAsync(`${context}/texture`, reference);
    texture.wrapU = Texture.CLAMP_ADDRESSMODE;
    texture.wrapV = Texture.CLAMP_ADDRESSMODE;
    if (texture instanceof Texture) texture.updateSamplingMode(Texture.NEAREST_SAMPLINGMODE);
    return texture;
  }

  /** In an asset container, nothing enters the scene before the container does. */
  private createImpostor(options: ImpostorOptions): Impostor {
    const { babylonScene: scene, _assetContainer: container } = this.loader;
    scene._blockEntityCollection = container !== null;
    try {
      const impostor = new Impostor(scene, options);
      impostor.mesh._parentContainer = container;
      if (impostor.mesh.material) impostor.mesh.material._parentContainer = container;
      return impostor;
    } finally {
      scene._blockEntityCollection = false;
    }
  }
}

/** Whether a file has no mesh besides fallbacks: then no material is built, and its code need not be fetched. */
function onlyImpostors({ nodes = [] }: IGLTF): boolean {
  return nodes.every(
    ({ mesh, extensions }) => mesh === undefined || extensions?.[EXTENSION_NAME] !== undefined,
  );
}

let registered = false;

/** Makes Babylon's glTF loader read characters. Doing it again changes nothing. */
export function registerImpostorExtension(): void {
  if (registered) return;
  registered = true;
  unregisterGLTFExtension(EXTENSION_NAME);
  registerGLTFExtension(EXTENSION_NAME, true, (loader) => new TURNAROUND_impostor(loader));
}
