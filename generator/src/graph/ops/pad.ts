import { type Gradient, integersOf, stringOf } from '../gradient.ts';
import { known, rank } from '../shape.ts';
import type { Value } from '../value.ts';
import { string } from '../value.ts';
import { binary } from './apply.ts';
import { flip, padZeros, slice, sliceBy } from './layout.ts';
import { reduceSum } from './reduce.ts';

export interface PadOptions {
  readonly mode: 'constant' | 'reflect' | 'edge';
}

/** Pads the last two axes by [top, left, bottom, right]; constant means zeros, reflect leaves the border itself out. */
export function pad(
  x: Value,
  pads: readonly [number, number, number, number],
  mode: PadOptions['mode'],
): Value {
  rank(x.shape, 4, 'Pad');
  const [top, left, bottom, right] = pads;
  if (mode === 'constant') return padZeros(x, [0, 0, top, left], [0, 0, bottom, right]);
  const { graph } = x;
  const operands = [x, graph.integers([0, 0, top, left, 0, 0, bottom, right])];
  const shape = [
    x.shape[0]!,
    x.shape[1]!,
    known(x.shape[2], 'Pad') + top + bottom,
    known(x.shape[3], 'Pad') + left + right,
  ];
  return graph.apply('Pad', operands, { mode: string(mode) }, [{ dtype: x.dtype, shape }])[0]!;
}

export const padGradient: Gradient = (node, [dy]) => {
  const [x, pads] = node.inputs;
  const all = integersOf(pads);
  const before = all.slice(0, x!.shape.length);
  const after = all.slice(x!.shape.length);
  const axes = before.flatMap((n, axis) => (n > 0 || after[axis]! > 0 ? [axis] : []));
  const mode = stringOf(node, 'mode');
  if (mode === 'constant') {
    const ranges = axes.map((axis) => ({
      axis,
      start: before[axis]!,
      end: before[axis]! + known(x!.shape[axis], 'Pad'),
      step: 1,
    }));
    return [sliceBy(dy!, ranges), null];
  }
  const fold = mode === 'reflect' ? foldReflected : foldEdge;
  return [axes.reduce((dx, axis) => fold(dx, axis, before[axis]!, after[axis]!), dy!), null];
};

/** Adds `part` to an axis of `x` so that it starts at `start`. */
function addAt(x: Value, part: Value, axis: number, start: number): Value {
  const size = known(x.shape[axis], 'Pad');
  const at = (n: number) => x.shape.map((_, i) => (i === axis ? n : 0));
  return binary('Add', x, padZeros(part, at(start), at(size - start - known(part.shape[axis], 'Pad'))));
}

/** Element i of the front pad mirrors element `before − i`; of the back pad likewise. */
function foldReflected(dy: Value, axis: number, before: number, after: number): Value {
  const end = known(dy.shape[axis], 'Pad') - after;
  let dx = slice(dy, axis, before, end);
  const size = end - before;
  if (before > 0) dx = addAt(dx, flip(slice(dy, axis, 0, before), [axis]), axis, 1);
  if (after > 0) dx = addAt(dx, flip(slice(dy, axis, end, end + after), [axis]), axis, size - 1 - after);
  return dx;
}

function foldEdge(dy: Value, axis: number, before: number, after: number): Value {
  const end = known(dy.shape[axis], 'Pad') - after;
  let dx = slice(dy, axis, before, end);
  if (before > 0) dx = addAt(dx, reduceSum(slice(dy, axis, 0, before), [axis]), axis, 0);
  if (after > 0) dx = addAt(dx, reduceSum(slice(dy, axis, end, end + after), [axis]), axis, end - before - 1);
  return dx;
}
