import type { DepthRange } from './depth.ts';

/** Name of the vendor extension on a character's node. */
export const EXTENSION_NAME = 'TURNAROUND_impostor';

/** Version of the extension's layout that this code writes and reads. */
export const FORMAT_VERSION = 1;

/** glTF's textureInfo. */
export interface TextureReference {
  readonly index: number;
  readonly texCoord?: number;
}

/** One stored view. */
export interface View {
  /** Radians; positive turns the subject's face towards +X, the viewer's right. */
  readonly yaw: number;
  /** Radians; positive raises the camera. */
  readonly pitch: number;
  /** x, y, width, height in pixels of the atlas; the origin is its upper left corner. */
  readonly rectangle: readonly [number, number, number, number];
  /**
   * Focal length in half-widths of the rectangle; square pixels, optical axis through the rectangle's middle. At the
   * pivot, focal · frame[0] / 2 from the camera, the rectangle shows the frame. Every view has one where there is depth.
   */
  readonly focal?: number;
}

/** Where the views' depth is stored. */
export interface StoredDepth extends DepthRange {
  /** Of the colour atlas' size and layout; a code a pixel, see `depth.ts`. Never lossily compressed. */
  readonly texture: TextureReference;
  readonly encoding: typeof DEPTH_ENCODING;
}

/** High byte in red, low byte in green. */
export const DEPTH_ENCODING = 'rg16';

/** Who made the character, from what. */
export interface Provenance {
  readonly generator: string;
  readonly model: string;
  /** SHA-256 of the model's `model.json`, lower-case hexadecimal. */
  readonly modelHash: string;
  readonly seed: number;
  readonly truncation: number;
  readonly licence: string;
  readonly source: string;
}

/** What `TURNAROUND_impostor` holds on a node: a character as a fan of views about a pivot. */
export interface ImpostorExtension {
  readonly formatVersion: number;
  /** Straight-alpha sRGB colour atlas. */
  readonly colour: TextureReference;
  /** Absent where the model was never calibrated. */
  readonly depth?: StoredDepth;
  /** Width and height of the atlas in pixels. */
  readonly atlasSize: readonly [number, number];
  /** Point about which the views orbit, in the node's space. */
  readonly pivot: readonly [number, number, number];
  /** Width and height of a view's frame at the pivot, in the node's space. */
  readonly frame: readonly [number, number];
  /** At least one, ordered by pitch, then yaw. */
  readonly views: readonly View[];
  /** False: yaw is an estimate in the right order and of about the right size, no measured angle. */
  readonly calibrated: boolean;
  readonly provenance: Provenance;
}
