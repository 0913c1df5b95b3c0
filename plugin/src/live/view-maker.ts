import type { DepthRange } from '../asset/index.ts';
import type { LiveAtlas } from './live-atlas.ts';

/** Where networks run. */
export type LiveBackend = 'webgpu' | 'wasm';

/** What a view is made from. */
export interface ViewRequest {
  /** f32 [D], truncated. */
  readonly w: Float32Array;
  /** f32 [L,D], added to the latents of every view. */
  readonly edit: Float32Array;
  /** Radians. */
  readonly yaw: number;
}

/** A view that has been made. It is written once, or let go. */
export interface MadeView {
  /** Writes it into a cell. @returns false: not yet, ask again in the next frame */
  write(atlas: LiveAtlas, cell: number): boolean;
  /** Frees what it holds; after `write` as well. */
  release(): void;
}

/** A model that is open. One call at a time. */
export interface ViewMaker {
  readonly backend: LiveBackend;
  /** Whether views are written by compute shaders, on Babylon's own device. */
  readonly storage: boolean;
  /** @param z f32 [Z] @returns w f32 [D], not truncated */
  map(z: Float32Array): Promise<Float32Array>;
  draw(request: ViewRequest): Promise<MadeView>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Bytes of a model, and what they mean. */
export interface LiveBytes {
  readonly live: Uint8Array;
  readonly mapping: Uint8Array;
  readonly sizes: LiveSizes;
}

export interface LiveSizes {
  readonly zDim: number;
  readonly wDim: number;
  readonly layers: number;
  /** R, pixels. */
  readonly resolution: number;
  readonly range: DepthRange;
}
