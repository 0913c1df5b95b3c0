import { GraphError } from '../errors.ts';
import type { Gradient } from '../gradient.ts';
import { describeShape, known, rank } from '../shape.ts';
import type { Dim, Value } from '../value.ts';
import { concat, reshape, sliceBy } from './layout.ts';

/**
 * Four pictures woven into one of twice the size, and back. Operators of our own: DepthToSpace does the same on
 * channels, but where whole blocks of channels lie together there is a faster way.
 */
export const INTERLEAVE = 'turnaround:Interleave';
export const DEINTERLEAVE = 'turnaround:Deinterleave';

/** Phase 2i + j gives the pixels (2h + i, 2w + j). @param phases four of [N,C,H,W] @returns [N,C,2H,2W] */
export function interleave(phases: readonly Value[]): Value {
  const [first] = phases as readonly [Value];
  rank(first.shape, 4, 'Interleave');
  if (phases.length !== 4 || phases.some(({ shape }) => describeShape(shape) !== describeShape(first.shape)))
    throw new GraphError(`Interleave: expected four of ${describeShape(first.shape)}, got ${phases.length}`);
  const [batch, channels, height, width] = first.shape;
  const shape = [batch!, channels!, known(height, 'Interleave') * 2, known(width, 'Interleave') * 2];
  return first.graph.apply(INTERLEAVE, phases, {}, [{ dtype: first.dtype, shape }])[0]!;
}

export const interleaveGradient: Gradient = (_, [dy]) => deinterleave(dy!);

/** The inverse of `interleave`. @param x [N,C,2H,2W] */
export function deinterleave(x: Value): Value[] {
  rank(x.shape, 4, 'Deinterleave');
  const [batch, channels, height, width] = x.shape;
  const [rows, columns] = [height, width].map((d) => known(d, 'Deinterleave') / 2);
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    throw new GraphError(`Deinterleave: expected even sides, got ${describeShape(x.shape)}`);
  const output = { dtype: x.dtype, shape: [batch!, channels!, rows!, columns!] };
  return x.graph.apply(DEINTERLEAVE, [x], {}, [output, output, output, output]);
}

export const deinterleaveGradient: Gradient = ({ outputs }, dys) => [
  interleave(outputs.map(({ graph, shape }, i) => dys[i] ?? graph.zeros(shape))),
];

/**
 * In ONNX's own operators: columns side by side pixel by pixel, then rows. ONNX Runtime spreads Concat over threads,
 * but neither DepthToSpace nor Transpose, which takes three times as long on one.
 */
export function expandInterleave(phases: readonly Value[]): Value {
  const [batch, channels, height, width] = phases[0]!.shape as readonly [Dim, number, number, number];
  const columns = phases.map((phase) => reshape(phase, [batch, channels, height, width, 1]));
  const rows = [0, 2].map((i) =>
    reshape(concat(columns.slice(i, i + 2), 4), [batch, channels, height, 1, 2 * width]),
  );
  return reshape(concat(rows, 3), [batch, channels, 2 * height, 2 * width]);
}

export function expandDeinterleave(x: Value): Value[] {
  const [height, width] = x.shape.slice(2) as [number, number];
  return [0, 1, 2, 3].map((phase) =>
    sliceBy(x, [
      { axis: 2, start: phase >> 1, end: height, step: 2 },
      { axis: 3, start: phase & 1, end: width, step: 2 },
    ]),
  );
}
