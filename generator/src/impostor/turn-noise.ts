import type { DepthMap } from './depth/index.ts';
import { viewCamera } from './view-camera.ts';

/** Where the points that a view's pixels see stand in the frontal view. */
export interface FrontalPlaces {
  /** Pixels of a side. */
  readonly side: number;
  /** f64 [side,side] each, pixels from the first one's middle; NaN where no point is seen. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/**
 * @param side  pixels of a side of the noise
 * @param depth of the view, square, the pivot at 1
 * @param yaw   radians
 * @param focal half-widths
 */
export function frontalPlaces(side: number, depth: DepthMap, yaw: number, focal: number): FrontalPlaces {
  const lens = { width: side, height: side, focal };
  const view = viewCamera({ yaw, pitch: 0 }, lens);
  const frontal = viewCamera({ yaw: 0, pitch: 0 }, lens);
  const rows = new Float64Array(side * side).fill(Number.NaN);
  const columns = rows.slice();
  for (let pixel = 0; pixel < rows.length; pixel++) {
    const [row, column] = [Math.floor(pixel / side) + 0.5, (pixel % side) + 0.5];
    const distance = depthAt(depth, row / side, column / side);
    if (!(distance > 0 && Number.isFinite(distance))) continue;
    const seen = frontal.project(...view.unproject(column, row, distance));
    rows[pixel] = seen.row - 0.5;
    columns[pixel] = seen.column - 0.5;
  }
  return { side, rows, columns };
}

/**
 * Noise of a view that turns with the subject: every pixel has what the point that it sees has in the frontal view. Of four
 * neighbours nᵢ by bilinear shares sᵢ, Σ sᵢnᵢ / √Σ sᵢ², which keeps the variance of independent noise; a plain mean would
 * leave out up to three quarters of it. Past its edges the noise goes on from the other side; where no point is seen it
 * stays where it is.
 * @param noise  f32 [side,side], a layer's constant noise
 * @param places of the view, of the same side
 */
export function turnNoise(noise: Float32Array, { side, rows, columns }: FrontalPlaces): Float32Array {
  const at = (row: number, column: number): number =>
    noise[wrapped(row, side) * side + wrapped(column, side)]!;
  return noise.map((own, pixel) => {
    const [y, x] = [rows[pixel]!, columns[pixel]!];
    if (Number.isNaN(y)) return own;
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    const shares = [(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right] as const;
    const mean =
      shares[0] * at(top, left) +
      shares[1] * at(top, left + 1) +
      shares[2] * at(top + 1, left) +
      shares[3] * at(top + 1, left + 1);
    return mean / Math.hypot(...shares);
  });
}

const wrapped = (index: number, side: number): number => ((index % side) + side) % side;

/** Depth at a place of the picture in fractions of its sides, bilinear. */
function depthAt({ width, height, data }: DepthMap, down: number, right: number): number {
  const y = Math.min(Math.max(down * height - 0.5, 0), height - 1);
  const x = Math.min(Math.max(right * width - 0.5, 0), width - 1);
  const [top, left] = [Math.min(Math.floor(y), height - 2), Math.min(Math.floor(x), width - 2)];
  const [fy, fx] = [y - top, x - left];
  const row = (k: number): number => (1 - fx) * data[k * width + left]! + fx * data[k * width + left + 1]!;
  return (1 - fy) * row(top) + fy * row(top + 1);
}
