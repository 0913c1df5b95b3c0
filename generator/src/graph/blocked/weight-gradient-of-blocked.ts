import type { Graph } from '../graph.ts';
import { geometryOf } from '../ops/conv-weight-gradient.ts';
import { gather } from '../ops/gather.ts';
import { reshape, sliceBy, transpose } from '../ops/layout.ts';
import { elementCount } from '../shape.ts';
import type { Node, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';
import { applyBlocked, exchangeBlocks, padBlocked, toBlocked, toPlain } from './layout.ts';

type Sides = readonly [number, number, number, number];

/**
 * Pixels of dy in a tile: what is read again and again for each output has to stay in a core's cache, a megabyte with
 * 16 images and 64 outputs, which is as many as the operator takes at once.
 */
const tilePixels = (outputs: number): number => (outputs < 64 ? 512 : 256);

/** The most rows of a tile that divide a picture evenly. */
function tileRows(rows: number, columns: number, outputs: number): number {
  for (let count = Math.min(rows, Math.floor(tilePixels(outputs) / columns)); count > 1; count--)
    if (rows % count === 0) return count;
  return 1;
}

/** Whether the kernel's gradient has the form that reads a blocked input: whole blocks of images, inputs and outputs. */
export function hasWeightGradientOfBlocked(node: Node, block: number): boolean {
  const [x, dy] = node.inputs as readonly [Value, Value];
  const { groups, pad, dilation } = geometryOf(node);
  if ([...x.shape, ...dy.shape].some((d) => typeof d !== 'number') || groups > 1 || dilation > 1)
    return false;
  const whole = [dy.shape[0], dy.shape[1], x.shape[1]].every((d) => (d as number) % block === 0);
  return whole && elementCount(x.shape.slice(2)) > 1 && pad.every((p) => p >= 0);
}

/**
 * The kernel's gradient as one convolution with batch and channels exchanged: a block of input channels is an image
 * whose channels are the batch, dy is a kernel as large as a picture, and the taps are the pixels that come out. The
 * channels of a block stand side by side as columns of their image, and the kernel steps over them. Tiles of a few rows
 * are further channels, over which the operator sums, one tile after the other: that keeps a tile of dy in the cache.
 * 130 to 160 GFLOP/s on one AVX-512 core, and each step before it is one pass on all threads.
 * @param x  blocked [N,C,H,W]
 * @param dy blocked [N,O,H',W']
 * @returns plain [O,C,kH,kW]
 */
export function weightGradientOfBlocked(node: Node, x: Value, dy: Value, block: number): Value {
  const { graph } = x;
  const { stride, pad } = geometryOf(node);
  const [top, left] = pad;
  const [outputs, inputs, kernelH, kernelW] = node.outputs[0]!.shape as Sides;
  const [batch, , height, width] = x.shape as Sides;
  const [, , rows, columns] = dy.shape as Sides;
  const groups = inputs / block;
  const count = tileRows(rows, columns, outputs);
  const tiles = rows / count;
  const bottom = (rows - 1) * stride + kernelH - top - height;
  const right = (columns - 1) * stride + kernelW - left - width;
  // Rows are picked one by one: as many above as below make the frame one that other kernels over x may share.
  const above = Math.max(top, bottom);
  const frame = padBlocked(x, [above, left, above, Math.max(0, right)]);
  const [, , frameH, frameW] = frame.shape as Sides;
  // A kernel of one row sees nothing of the rows between its steps.
  const step = kernelH === 1 ? stride : 1;
  const down = kernelH === 1 ? count : (count - 1) * stride + kernelH;
  const order = imageOrder(graph, {
    batch,
    groups,
    frameH,
    tiles,
    first: above - top,
    start: count * stride,
    step,
    down,
  });
  const picked = gather(reshape(frame, [batch * groups * frameH, frameW * block]), order, 0);
  const blocks = [(groups * tiles * batch) / block, block, down, frameW * block];
  const image = reshape(toBlocked(reshape(picked, blocks)), [groups, tiles * batch, down, frameW * block]);
  const kernel = tiledKernel(dy, count, block);
  // Columns at the right that no tap reaches give taps of their own, which are cut away.
  const across = kernelW + Math.max(0, -right);
  const attributes = {
    auto_pad: string('NOTSET'),
    dilations: ints([stride / step, stride * block]),
    group: int(1),
    kernel_shape: ints([count, columns]),
    pads: ints([0, 0, 0, 0]),
    strides: ints([1, 1]),
  };
  const operands = [image, reshape(kernel, [outputs, tiles * batch, count, columns])];
  const sums = applyBlocked(graph, 'Conv', operands, attributes, [groups, outputs, kernelH, across * block]);
  // [C/b, O/b, kH, kW, b of C, b of O] → [O/b, C, kH, kW, b of O]: whole blocks move, then the outputs come first.
  const taps = reshape(sums, [groups, outputs / block, kernelH, across, block, block]);
  const kept = across > kernelW ? sliceBy(taps, [{ axis: 3, start: 0, end: kernelW, step: 1 }]) : taps;
  const byOutput = [outputs / block, block, inputs, kernelH * kernelW];
  const ordered = reshape(transpose(kept, [1, 0, 4, 2, 3, 5]), byOutput);
  return reshape(toPlain(ordered), [outputs, inputs, kernelH, kernelW]);
}

interface ImageRows {
  readonly batch: number;
  readonly groups: number;
  readonly frameH: number;
  readonly tiles: number;
  /** A frame's first row that is read. */
  readonly first: number;
  /** Rows from a tile's first to the next tile's. */
  readonly start: number;
  readonly step: number;
  readonly down: number;
}

/** Where the rows of the frames [N, C/b, H] stand as tiles [C/b, tiles, N, rows of a tile]. */
function imageOrder(graph: Graph, rows: ImageRows): Value {
  const { batch, groups, frameH, tiles, first, start, step, down } = rows;
  const order = new BigInt64Array(groups * tiles * batch * down);
  let k = 0;
  for (let group = 0; group < groups; group++)
    for (let tile = 0; tile < tiles; tile++)
      for (let n = 0; n < batch; n++)
        for (let row = 0; row < down; row++)
          order[k++] = BigInt((n * groups + group) * frameH + first + tile * start + row * step);
  return graph.indices(`imageOrder:${JSON.stringify(rows)}`, order);
}

/** dy [N, O/b, H, W, b] as a kernel [O/b, tiles, N/b, rows of a tile, W, b of N, b of O]. */
function tiledKernel(dy: Value, count: number, block: number): Value {
  const [batch, outputs, rows, columns] = dy.shape as Sides;
  const groups = outputs / block;
  if (batch === block) return exchangeBlocks(dy, 1, batch, groups * rows * columns, block);
  const order = new BigInt64Array(groups * batch * rows * columns);
  let k = 0;
  for (let group = 0; group < groups; group++)
    for (let first = 0; first < rows; first += count)
      for (let n = 0; n < batch; n += block)
        for (let row = first; row < first + count; row++)
          for (let column = 0; column < columns; column++)
            for (let i = n; i < n + block; i++)
              order[k++] = BigInt(((i * groups + group) * rows + row) * columns + column);
  const key = `tiledKernel:${[batch, outputs, rows, columns, block, count]}`;
  const slopes = reshape(dy, [order.length, block]);
  return gather(slopes, dy.graph.indices(key, order), 0);
}
