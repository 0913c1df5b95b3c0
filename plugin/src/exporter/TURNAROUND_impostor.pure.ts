import { Logger } from '@babylonjs/core/Misc/logger.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { GLTFExporter } from '@babylonjs/serializers/glTF/2.0/glTFExporter.js';
import type { IGLTFExporterExtensionV2 } from '@babylonjs/serializers/glTF/2.0/glTFExporterExtension.js';
import type { INode } from 'babylonjs-gltf2interface';
import { EXTENSION_NAME, validateExtension } from '../asset/index.ts';
import { Impostor } from '../impostor/index.ts';
import { type StoredFile, storedFileOf } from '../loader/stored-file.ts';
import { FileParts } from './file-parts.ts';

/**
 * Writes `TURNAROUND_impostor` where a scene with loaded characters is exported as glTF. Atlases go into the file as the
 * bytes that were loaded, never decoded; so does the texture of the mesh that other viewers show, which is unlit as it was.
 * The quad is left out, being no part of the file.
 */
export class TURNAROUND_impostor_exporter implements IGLTFExporterExtensionV2 {
  readonly name: string = EXTENSION_NAME;
  enabled = true;
  /** Viewers that do not know it show the mesh. */
  readonly required: boolean = false;
  wasUsed = false;
  private readonly exporter: GLTFExporter;
  private readonly parts: FileParts;

  constructor(exporter: GLTFExporter) {
    this.exporter = exporter;
    this.parts = new FileParts(exporter);
    const { options } = exporter;
    const { shouldExportNode } = options;
    options.shouldExportNode = (node) => !isDrawnFrom(node) && shouldExportNode(node);
    // Babylon leaves out root nodes that move nothing, and asks no extension about them.
    if (hasCharacterAtRoot(exporter._babylonScene)) options.removeNoopRootNodes = false;
  }

  dispose(): void {}

  /** A character's node gets its mesh and its views. */
  async postExportNodeAsync(
    context: string,
    node: INode,
    babylonNode: Node,
    _nodes: unknown,
    mirror: boolean,
  ): Promise<INode> {
    const impostor = Impostor.FromNode(babylonNode);
    if (impostor?.node !== babylonNode) return node;
    const file = storedFileOf(impostor);
    if (file) this.write(node, impostor, file, mirror);
    else Logger.Warn(`${context}: ${impostor.name} comes from no file, so its views cannot be exported`);
    return node;
  }

  onExporting(): void {
    const { _glTF: gltf } = this.exporter;
    for (const [name, { required }] of this.parts.extensions) {
      gltf.extensionsUsed = [...new Set([...(gltf.extensionsUsed ?? []), name])];
      if (required) gltf.extensionsRequired = [...new Set([...(gltf.extensionsRequired ?? []), name])];
    }
  }

  /** @param mirror  whether all spaces of a left-handed scene are mirrored in x */
  private write(
    node: INode,
    impostor: Impostor,
    { colour, depth, material }: StoredFile,
    mirror: boolean,
  ): void {
    const { extension, solid, name } = impostor;
    const [x, y, z] = extension.pivot;
    const contents = validateExtension({
      ...extension,
      colour: { ...extension.colour, index: this.parts.addTexture(colour) },
      ...(extension.depth && depth
        ? { depth: { ...extension.depth, texture: { index: this.parts.addTexture(depth) } } }
        : {}),
      // Views need no mirroring: a space that is seen mirrored is turned round again wherever a character is shown.
      pivot: [mirror ? -x : x, y, z],
    });
    node.extensions = { ...node.extensions, [EXTENSION_NAME]: contents };
    if (solid) node.mesh = this.parts.addMesh({ name, solid, material, mirror });
    this.wasUsed = true;
  }
}

/** Whether a character's own node is a root; in left-handed scenes no such node counts as one that moves nothing. */
function hasCharacterAtRoot({ rootNodes, useRightHandedSystem }: Scene): boolean {
  return useRightHandedSystem && rootNodes.some((node) => Impostor.FromNode(node)?.node === node);
}

/** Whether a node is a character's quad, which shows nothing by itself, or its shape, which its own node will have. */
function isDrawnFrom(node: Node): boolean {
  const impostor = Impostor.FromNode(node);
  if (!impostor) return false;
  return node === impostor.mesh || (node === impostor.solid && storedFileOf(impostor) !== null);
}

let registered = false;

/** Makes Babylon's glTF exporter write characters. Doing it again changes nothing. */
export function registerImpostorExporter(): void {
  if (registered) return;
  registered = true;
  GLTFExporter.UnregisterExtension(EXTENSION_NAME);
  GLTFExporter.RegisterExtension(EXTENSION_NAME, (exporter) => new TURNAROUND_impostor_exporter(exporter));
}
