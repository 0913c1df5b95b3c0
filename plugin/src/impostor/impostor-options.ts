import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { ImpostorExtension, ViewRange } from '../asset/index.ts';
import type { MarchQuality } from '../synthesis/index.ts';
import type { BeyondRange } from './beyond-range.ts';
import type { ReliefTextures } from './relief-textures.ts';

/** How a character is shown, whatever it is made of. */
export interface ImpostorLook {
  readonly name?: string;
  /** Carries the character; its space is the one that the extension's pivot and frame refer to. A new one if absent. */
  readonly node?: TransformNode;
  /** What cameras beyond the stored views see (`clamp`). */
  readonly beyond?: BeyondRange;
  /** How finely views are marched between (`auto`: by size on the screen). */
  readonly quality?: MarchQuality | 'auto';
  /** Radians a second that a character turns by at most where `beyond` is `turn` (180°). */
  readonly turnRate?: number;
}

export interface ImpostorOptions extends ImpostorLook {
  /** What the file says, as `validateExtension` returns it. */
  readonly extension: ImpostorExtension;
  /** The colour atlas: bytes as stored, made without Babylon's sRGB buffers. The impostor disposes it. */
  readonly atlas: BaseTexture;
  /** The depth atlas where the extension names one: bytes as stored, unfiltered. The impostor disposes it. */
  readonly depth?: BaseTexture;
  /** The character's shape in the node's space; hidden from cameras. The impostor disposes it. */
  readonly solid?: Mesh;
}

/** Views that are made while they are shown. */
export interface ChangingViews extends ImpostorLook {
  /** Its views may change between frames. */
  readonly extension: ImpostorExtension;
  /** What they are marched through. The impostor disposes it. */
  readonly relief: ReliefTextures;
  /** Of the views that can be. */
  readonly range: ViewRange;
}
