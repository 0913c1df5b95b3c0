import { GraphError } from '../errors.ts';
import { type Gradient, intOf } from '../gradient.ts';
import { describeShape, elementCount, known, normaliseAxis } from '../shape.ts';
import type { Value } from '../value.ts';
import { int, string } from '../value.ts';
import { reshape, transpose } from './layout.ts';

/** Reading and adding at computed places: each other's adjoints. Indices count from 0 and must lie inside. */

/** Entries of one axis by index. @param indices int64 of any shape, which takes the axis's place */
export function gather(x: Value, indices: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'Gather');
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return x.graph.apply('Gather', [x, indices], { axis: int(at) }, [{ dtype: x.dtype, shape }])[0]!;
}

export const gatherGradient: Gradient = (node, [dy]) => {
  const [x, indices] = node.inputs;
  const axis = intOf(node, 'axis');
  const count = elementCount(indices!.shape);
  const rest = x!.shape.filter((_, i) => i !== axis);
  const size = known(x!.shape[axis], 'Gather');
  const before = x!.shape.slice(0, axis);
  const after = x!.shape.slice(axis + 1);
  // The gathered axis goes first: then whole rows are added, which is what ScatterND does in one piece.
  const flat = reshape(dy!, [...before, count, ...after]);
  const order = [axis, ...x!.shape.map((_, i) => i).filter((i) => i !== axis)];
  const rows = axis === 0 ? flat : transpose(flat, order);
  const added = scatterNDAdd(x!.graph.zeros([size, ...rest]), reshape(indices!, [count, 1]), rows);
  const back = order.map((_, i) => order.indexOf(i));
  return [axis === 0 ? added : transpose(added, back), null];
};

/** Element by element along an axis: out[i…] = x[… indices[i…] …]. @param indices int64, x's shape but for the axis */
export function gatherElements(x: Value, indices: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'GatherElements');
  checkElements('GatherElements', x, indices, at);
  const output = { dtype: x.dtype, shape: indices.shape };
  return x.graph.apply('GatherElements', [x, indices], { axis: int(at) }, [output])[0]!;
}

export const gatherElementsGradient: Gradient = (node, [dy]) => {
  const [x, indices] = node.inputs;
  return [scatterElementsAdd(x!.graph.zeros(x!.shape), indices!, dy!, intOf(node, 'axis')), null];
};

/** x with updates added at indices along an axis. Shapes as for `gatherElements`. */
export function scatterElementsAdd(x: Value, indices: Value, updates: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length, 'ScatterElements');
  checkElements('ScatterElements', x, indices, at);
  if (describeShape(updates.shape) !== describeShape(indices.shape))
    throw new GraphError(
      `ScatterElements: updates ${describeShape(updates.shape)} are not indices ${describeShape(indices.shape)}`,
    );
  const attributes = { axis: int(at), reduction: string('add') };
  const output = { dtype: x.dtype, shape: x.shape };
  return x.graph.apply('ScatterElements', [x, indices, updates], attributes, [output])[0]!;
}

export const scatterElementsGradient: Gradient = (node, [dy], needs) => [
  dy!,
  null,
  needs[2] ? gatherElements(dy!, node.inputs[1]!, intOf(node, 'axis')) : null,
];

/** Slices by a tuple of leading indices. @param indices int64 [..., K] @returns indices' leading axes, x's from K on */
export function gatherND(x: Value, indices: Value): Value {
  const depth = tupleLength('GatherND', x, indices);
  const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
  return x.graph.apply('GatherND', [x, indices], { batch_dims: int(0) }, [{ dtype: x.dtype, shape }])[0]!;
}

export const gatherNDGradient: Gradient = ({ inputs: [x, indices] }, [dy]) => [
  scatterNDAdd(x!.graph.zeros(x!.shape), indices!, dy!),
  null,
];

/** x with slices added at tuples of leading indices. @param indices int64 [..., K] @param updates as `gatherND` gives */
export function scatterNDAdd(x: Value, indices: Value, updates: Value): Value {
  const depth = tupleLength('ScatterND', x, indices);
  const expected = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
  if (describeShape(updates.shape) !== describeShape(expected))
    throw new GraphError(
      `ScatterND: expected updates of ${describeShape(expected)}, got ${describeShape(updates.shape)}`,
    );
  const output = { dtype: x.dtype, shape: x.shape };
  return x.graph.apply('ScatterND', [x, indices, updates], { reduction: string('add') }, [output])[0]!;
}

export const scatterNDGradient: Gradient = (node, [dy], needs) => [
  dy!,
  null,
  needs[2] ? gatherND(dy!, node.inputs[1]!) : null,
];

function checkElements(op: string, x: Value, indices: Value, axis: number): void {
  if (indices.dtype !== 'int64') throw new GraphError(`${op}: expected int64 indices, got ${indices.dtype}`);
  const fits =
    indices.shape.length === x.shape.length && indices.shape.every((d, i) => i === axis || d === x.shape[i]);
  if (!fits)
    throw new GraphError(
      `${op}: indices ${describeShape(indices.shape)} do not fit ${describeShape(x.shape)}`,
    );
}

function tupleLength(op: string, x: Value, indices: Value): number {
  if (indices.dtype !== 'int64') throw new GraphError(`${op}: expected int64 indices, got ${indices.dtype}`);
  const depth = known(indices.shape.at(-1), op);
  if (depth < 1 || depth > x.shape.length)
    throw new GraphError(`${op}: tuples of ${depth} do not index ${describeShape(x.shape)}`);
  return depth;
}
