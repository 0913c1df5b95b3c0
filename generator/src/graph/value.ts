import type { Graph } from './graph.ts';

/** Element types that the graphs use. */
export type DType = 'float32' | 'float16' | 'int64' | 'int32' | 'bool' | 'uint8';

/** ONNX's numbers for element types. */
export const ONNX_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** A size known when the graph is built, or the name of one that is known when it runs (`'N'`). */
export type Dim = number | string;

export type Shape = readonly Dim[];

/** Attribute of a node, in ONNX's own kinds. A bigint-free API: integers are written as INT. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

export type Attributes = Readonly<Record<string, Attribute>>;

/** Elements of a constant, in row-major order. float16 constants are given as float32 and rounded on writing. */
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** An application of an operator. `inputs` holds null where an optional input is left out. */
export interface Node {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A tensor in a graph: an input, a constant, or an output of a node. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** The node that makes it; null for inputs and constants. */
  readonly producer: Node | null;
  /** Its elements, for constants. */
  readonly data: ConstantData | null;
}

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });
