import {
  add,
  cast,
  clip,
  concat,
  floor,
  GraphError,
  gather,
  mul,
  pad,
  reshape,
  slice,
  split,
  sub,
  transpose,
  type Value,
} from '../../graph/index.ts';

/**
 * Bilinear sampling; outside the image its border goes on. Gradients flow to the image and to the places.
 *
 * Every pixel is laid beside its right, lower and lower right neighbour, so that one Gather of whole rows reads
 * what four would. (GridSample has no gradient and no WebGPU kernel.)
 * @param image  f32 [N,C,H,W], at least 2×2
 * @param column f32 [N,1,H',W'], in pixels: 0 is the middle of the first one
 * @param row    f32 [N,1,H',W']
 * @returns f32 [N,C,H',W']
 */
export function sampleBilinear(image: Value, column: Value, row: Value): Value {
  const { graph } = image;
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
  const first = BigInt64Array.from({ length: batch }, (_, n) => BigInt(n * height * width));
  const within = cast(add(mul(top, width), left), 'int64');
  const index = add(within, graph.constant(first, [batch, 1, 1, 1], { name: 'firstPixel' }));
  const table = reshape(transpose(neighbourhoods(image), [0, 2, 3, 1]), [
    batch * height * width,
    4 * channels,
  ]);
  const read = gather(table, reshape(index, [batch, pixels]), 0);
  const planes = transpose(read, [0, 2, 1]);
  const corners = split(planes, 1, [channels, channels, channels, channels]);
  const [a, b, c, d] = corners.map((corner) => reshape(corner, [batch, channels, rows, columns])) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const across = sub(x, left);
  const upper = add(a, mul(sub(b, a), across));
  const lower = add(c, mul(sub(d, c), across));
  return add(upper, mul(sub(lower, upper), sub(y, top)));
}

/** Each pixel with its right, lower and lower right neighbour as channels. [N,C,H,W] → [N,4C,H,W] */
function neighbourhoods(image: Value): Value {
  const [, , height, width] = image.shape as [number, number, number, number];
  const wide = pad(image, [0, 0, 1, 1], 'edge');
  const corner = (down: number, right: number): Value =>
    slice(slice(wide, 2, down, down + height), 3, right, right + width);
  return concat([image, corner(0, 1), corner(1, 0), corner(1, 1)], 1);
}
