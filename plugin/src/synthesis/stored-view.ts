import { type Matrix3, spreadKnown, subjectToCamera } from '../asset/index.ts';

/** A view as synthesis reads it. */
export interface StoredView {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** f32 [height,width,4], sRGB values 0..1 multiplied by their alpha. */
  readonly colour: Float32Array;
  /** f32 [height,width], distance along the optical axis, the pivot at 1, past the subject's rim too. */
  readonly depth: Float32Array;
  /** Subject's axes to the camera's. */
  readonly rotation: Matrix3;
  /** Half-widths. */
  readonly focal: number;
}

/** A view as it is stored in a character. */
export interface ViewPixels {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** [height,width,4], straight alpha, sRGB 0..1. */
  readonly rgba: ArrayLike<number>;
  /** [height,width], distance along the optical axis, the pivot at 1; 0 or infinite where there is no subject. */
  readonly depth: ArrayLike<number>;
  /** Radians. */
  readonly yaw: number;
  /** Radians. */
  readonly pitch?: number;
  /** Half-widths. */
  readonly focal: number;
}

/** Makes a view ready: colour multiplied by alpha, so that it may be read between pixels; depth extended likewise. */
export function storeView({ width, height, rgba, depth, yaw, pitch = 0, focal }: ViewPixels): StoredView {
  const colour = new Float32Array(4 * width * height);
  for (let k = 0; k < width * height; k++) {
    const alpha = rgba[4 * k + 3]!;
    for (let c = 0; c < 3; c++) colour[4 * k + c] = alpha * rgba[4 * k + c]!;
    colour[4 * k + 3] = alpha;
  }
  return {
    width,
    height,
    colour,
    depth: extendDepth(depth, width, height),
    rotation: subjectToCamera(yaw, pitch),
    focal,
  };
}

/** Pixels by which depth goes on past the subject's rim, so that it has neighbours to be read between. */
const EXTENDED = 3;

/** Distance that stands for the backdrop: behind all that a view can hold. */
const BACKDROP = 2;

/**
 * Depth past its rim: ring after ring, each new pixel takes the mean of those beside it that are known; the rest is
 * backdrop. What is known stays as it is: errors at the rim are what one sees (blurred by a pixel: −1.4 dB).
 */
export function extendDepth(depth: ArrayLike<number>, width: number, height: number): Float32Array {
  const known = Float32Array.from(depth, (d) => (Number.isFinite(d) && d > 0 ? d : 0));
  return spreadKnown(known, width, height, EXTENDED).map((d) => d || BACKDROP);
}
