import type { Attribute, Node } from '../../../generator/src/graph/index.ts';

/** Row-major float64, whatever the dtype in the graph. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Kernel = (inputs: readonly Tensor[], node: Node) => readonly Tensor[];

export const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

export function tensor(shape: readonly number[], at: (index: number[], flat: number) => number): Tensor {
  const data = new Float64Array(size(shape));
  const index = shape.map(() => 0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = at(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** Position of an index in row-major order. */
export const offset = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((at, i, axis) => at * shape[axis]! + i, 0);

/** The element that broadcasting puts at an output's index. */
export function broadcastAt(x: Tensor, index: readonly number[]): number {
  const skip = index.length - x.shape.length;
  return x.data[
    offset(
      x.shape,
      x.shape.map((d, axis) => (d === 1 ? 0 : index[skip + axis]!)),
    )
  ]!;
}

export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const length = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length }, (_, i) => Math.max(...shapes.map((s) => s[i - length + s.length] ?? 1)));
}

export function attribute<T extends Attribute['value']>(node: Node, name: string): T {
  const found = node.attributes[name];
  if (!found) throw new Error(`reference: ${node.op} has no attribute ${name}`);
  return found.value as T;
}

export const numbers = (x: Tensor): number[] => [...x.data];
