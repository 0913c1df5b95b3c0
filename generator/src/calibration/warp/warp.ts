import {
  add,
  and,
  cast,
  clip,
  concat,
  div,
  greater,
  greaterOrEqual,
  lessOrEqual,
  matMul,
  mul,
  neg,
  type Operand,
  reciprocal,
  reshape,
  slice,
  sub,
  type Value,
} from '../../graph/index.ts';
import type { RigidMotion } from './pose.ts';
import { sampleBilinear } from './sample.ts';

export interface WarpInputs {
  /** f32 [N,C,H,W], the picture that is read, in its own camera */
  readonly image: Value;
  /** f32 [N,K,H,W], read at the same places; null: nothing else is */
  readonly beside?: Value | null;
  /** f32 [N,1,H',W'], distance along the optical axis of the camera that is written, pivot at 1 */
  readonly depth: Value;
  /** Takes a point in the camera of `depth` to that of `image`. */
  readonly motion: RigidMotion;
  /** Focal length in half-widths, of both cameras: a number, or f32 [] or [N,1,1] */
  readonly focal: Operand;
}

export interface Warped {
  /** f32 [N,C,H',W'] */
  readonly image: Value;
  /** f32 [N,K,H',W'], or null */
  readonly beside: Value | null;
  /** f32 [N,1,H',W'], 1 where the place lies in front of the camera and within the outermost pixels' middles */
  readonly valid: Value;
  /** f32 [N,1,H',W'], the point's distance along the axis of the image's camera; a surface it reads nearer than
   *  this stands in front of it */
  readonly depth: Value;
}

/** Points this near a camera or behind it are held off its plane. */
const NEAREST = 0.05;

/**
 * Inverse warp by depth and pose (paper, eq. 3): each pixel is lifted to its depth, moved to the other camera and
 * projected there, and the other picture is read at that place. Differentiable in image, depth, motion and focal
 * length.
 */
export function warp({ image, beside = null, depth, motion, focal }: WarpInputs): Warped {
  const { graph } = image;
  const [batch, , rows, columns] = depth.shape as [number, number, number, number];
  const [, , height, width] = image.shape as [number, number, number, number];
  const pixels = rows * columns;
  const { across, up } = pixelGrid(rows, columns);
  const plane = (data: Float32Array): Value => graph.constant(data, [1, 1, pixels], { name: 'grid' });
  const scale = typeof focal === 'number' ? 1 / focal : reciprocal(focal);
  const x = mul(plane(across), scale);
  const y = mul(plane(up), scale);
  const back = add(mul(x, 0), -1);
  const rays = matMul(motion.rotation, concat([x, y, back], 1));
  const points = add(mul(rays, reshape(depth, [batch, 1, pixels])), motion.translation);
  const [px, py, pz] = [0, 1, 2].map((i) => slice(points, 1, i, i + 1)) as [Value, Value, Value];
  const distance = neg(pz);
  const ahead = div(focal, clip(distance, NEAREST, Number.MAX_VALUE));
  const grid = (v: Value): Value => reshape(v, [batch, 1, rows, columns]);
  const column = grid(add(mul(mul(px, ahead), width / 2), (width - 1) / 2));
  const row = grid(sub((height - 1) / 2, mul(mul(py, ahead), width / 2)));
  return {
    image: sampleBilinear(image, column, row),
    beside: beside && sampleBilinear(beside, column, row),
    valid: mul(
      cast(and(within(column, width - 1), within(row, height - 1)), 'float32'),
      cast(greater(grid(distance), NEAREST), 'float32'),
    ),
    depth: grid(distance),
  };
}

const within = (place: Value, last: number): Value => and(greaterOrEqual(place, 0), lessOrEqual(place, last));

/** The middles of pixels in half-widths from the image's middle: right and up, row by row. */
export function pixelGrid(rows: number, columns: number): { across: Float32Array; up: Float32Array } {
  const across = new Float32Array(rows * columns);
  const up = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      across[i * columns + j] = (2 * j + 1 - columns) / columns;
      up[i * columns + j] = (rows - 1 - 2 * i) / columns;
    }
  return { across, up };
}
