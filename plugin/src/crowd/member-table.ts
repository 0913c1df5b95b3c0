import { Constants } from '@babylonjs/core/Engines/constants.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** Cells of four numbers that a member takes, and members in a row of the texture; the vertex shaders know both. */
export const MEMBER_CELLS = 3;
export const MEMBERS_ACROSS = 64;

/**
 * All members' numbers in one texture, so that a frame uploads no more than the order they are drawn in: four bytes a
 * member instead of 84.
 */
export class MemberTable {
  private readonly scene: Scene;
  private data: Float32Array;
  private capacity: number;
  private used = 0;
  private readonly free: number[] = [];
  private changed = true;
  private texture: RawTexture | null = null;

  constructor(scene: Scene) {
    this.scene = scene;
    this.capacity = MEMBERS_ACROSS;
    this.data = new Float32Array(4 * MEMBER_CELLS * this.capacity);
  }

  /** Slots are below this. */
  get size(): number {
    return this.used;
  }

  /** @returns a slot for a member's cells */
  take(): number {
    const slot = this.free.pop() ?? this.used++;
    if (this.used > this.capacity) {
      this.capacity *= 2;
      const wider = new Float32Array(4 * MEMBER_CELLS * this.capacity);
      wider.set(this.data);
      this.data = wider;
    }
    return slot;
  }

  /** @param cells f32 [12] */
  write(slot: number, cells: Float32Array): void {
    this.data.set(cells, 4 * MEMBER_CELLS * slot);
    this.changed = true;
  }

  give(slot: number): void {
    this.free.push(slot);
  }

  /** @returns the texture, up to date; another one where the members have outgrown the former */
  upload(): RawTexture {
    const [width, height] = [MEMBER_CELLS * MEMBERS_ACROSS, this.capacity / MEMBERS_ACROSS];
    if (this.texture?.getSize().height !== height) {
      this.texture?.dispose();
      this.texture = new RawTexture(
        this.data,
        width,
        height,
        Constants.TEXTUREFORMAT_RGBA,
        this.scene,
        false,
        false,
        Texture.NEAREST_SAMPLINGMODE,
        Constants.TEXTURETYPE_FLOAT,
      );
    } else if (this.changed) this.texture.update(this.data);
    this.changed = false;
    return this.texture;
  }

  dispose(): void {
    this.texture?.dispose();
  }
}
