import type { Attribute, Node, Value } from './value.ts';

/**
 * The backward pass of one operator, written beside it.
 * @param node  the application in question
 * @param dys   the gradient of each output; null where none flows. At least one is there.
 * @param needs for each input, whether its gradient is asked for
 * @returns the gradient of each input, of its shape; null where it is not needed or there is none
 */
export type Gradient = (
  node: Node,
  dys: readonly (Value | null)[],
  needs: readonly boolean[],
) => readonly (Value | null)[];

/** For operators whose output does not move with their input, or that are there to stop gradients. */
export const NO_GRADIENT = null;

/** Gradient of a one-input operator. @param backward from dy, x and y to dx */
export const unaryGradient =
  (backward: (dy: Value, x: Value, y: Value) => Value): Gradient =>
  (node, [dy]) => [backward(dy!, node.inputs[0]!, node.outputs[0]!)];

export function intOf(node: Node, name: string): number {
  return (node.attributes[name] as Extract<Attribute, { kind: 'int' }>).value;
}

export function intsOf(node: Node, name: string): readonly number[] {
  return (node.attributes[name] as Extract<Attribute, { kind: 'ints' }>).value;
}

export function floatOf(node: Node, name: string): number {
  return (node.attributes[name] as Extract<Attribute, { kind: 'float' }>).value;
}

export function stringOf(node: Node, name: string): string {
  return (node.attributes[name] as Extract<Attribute, { kind: 'string' }>).value;
}

/** Elements of a constant operand such as axes, starts or repeats. */
export function integersOf(value: Value | null | undefined): number[] {
  return Array.from(value?.data as BigInt64Array, Number);
}
