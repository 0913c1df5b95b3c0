import { GraphError } from './errors.ts';
import type { Dim, Shape } from './value.ts';

export const describeShape = (shape: Shape): string => `[${shape.join(',')}]`;

/** Number of elements of a shape whose sizes are all known. */
export function elementCount(shape: Shape): number {
  return shape.reduce<number>((count, dim) => count * known(dim, 'elementCount'), 1);
}

/** The size, or an error where only its name is known. */
export function known(dim: Dim | undefined, where: string): number {
  if (typeof dim !== 'number')
    throw new GraphError(`${where}: expected a size known when building, got ${dim}`);
  return dim;
}

export function rank(shape: Shape, expected: number, where: string): void {
  if (shape.length !== expected)
    throw new GraphError(`${where}: expected ${expected} axes, got ${describeShape(shape)}`);
}

/** Axis in 0..rank−1 from one that may count from the end. */
export function normaliseAxis(axis: number, length: number, where: string): number {
  const normal = axis < 0 ? axis + length : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= length)
    throw new GraphError(`${where}: expected an axis in ${-length}..${length - 1}, got ${axis}`);
  return normal;
}

/** NumPy's broadcasting. A named size broadcasts with 1 and with itself. */
export function broadcastShapes(a: Shape, b: Shape, where: string): Dim[] {
  const length = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < length; i++) {
    const x = a[i - length + a.length] ?? 1;
    const y = b[i - length + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new GraphError(`${where}: ${describeShape(a)} does not broadcast with ${describeShape(b)}`);
    out.push(x === 1 ? y : x);
  }
  return out;
}
