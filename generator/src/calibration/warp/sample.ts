import {
  add,
  cast,
  clip,
  expand,
  floor,
  GraphError,
  gatherElements,
  mul,
  reshape,
  sub,
  type Value,
} from '../../graph/index.ts';

/**
 * Bilinear sampling; outside the image its border goes on. Gradients flow to the image and to the places.
 *
 * Reads with GatherElements on rows of whole planes. GridSample has no gradient and no WebGPU kernel. For
 * 4×3×192×640 on one core: 18 ms, 70 with the gradients of image and place; rows of a pixel's four neighbours by
 * one Gather 31 and 76, Gather on the flat image 43 and 96, GatherND 45 and 111.
 * @param image  f32 [N,C,H,W], at least 2×2
 * @param column f32 [N,1,H',W'], in pixels: 0 is the middle of the first one
 * @param row    f32 [N,1,H',W']
 * @returns f32 [N,C,H',W']
 */
export function sampleBilinear(image: Value, column: Value, row: Value): Value {
  const [batch, channels, height, width] = image.shape as [number, number, number, number];
  const [, , rows, columns] = column.shape as [number, number, number, number];
  if (height < 2 || width < 2 || column.shape.join() !== row.shape.join() || column.shape[0] !== batch)
    throw new GraphError(
      `sampleBilinear: places [${column.shape}], [${row.shape}] do not fit an image of [${image.shape}]`,
    );
  const pixels = rows * columns;
  const x = clip(column, 0, width - 1);
  const y = clip(row, 0, height - 1);
  const left = clip(floor(x), 0, width - 2);
  const top = clip(floor(y), 0, height - 2);
  const planes = reshape(image, [batch, channels, height * width]);
  const corner = reshape(add(mul(top, width), left), [batch, 1, pixels]);
  const read = (offset: number): Value => {
    const index = expand(cast(add(corner, offset), 'int64'), [batch, channels, pixels]);
    return reshape(gatherElements(planes, index, 2), [batch, channels, rows, columns]);
  };
  const [a, b, c, d] = [read(0), read(1), read(width), read(width + 1)] as const;
  const across = sub(x, left);
  const upper = add(a, mul(sub(b, a), across));
  const lower = add(c, mul(sub(d, c), across));
  return add(upper, mul(sub(lower, upper), sub(y, top)));
}
