/** The boundary between graphs and whatever runs them (`platform/` in Node, `plugin/live` in a browser). */

/** Elements in row-major order; float16 as its bits in a Uint16Array. */
export type TensorData = Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array;

export interface TensorValue {
  readonly dtype: 'float32' | 'float16' | 'int32' | 'int64' | 'bool' | 'uint8';
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A loaded network. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs it. `fetches` limits what is computed and returned. */
  run(
    feeds: Readonly<Record<string, TensorValue>>,
    fetches?: readonly string[],
  ): Promise<Record<string, TensorValue>>;
  release(): Promise<void>;
}

export interface Runtime {
  /** What it runs on, for people: `cpu`, `cuda`, `webgpu`. */
  readonly device: string;
  load(model: Uint8Array): Promise<Session>;
}

/** float32 tensor from elements and shape. */
export function float32(data: Float32Array, shape: readonly number[]): TensorValue {
  return { dtype: 'float32', shape, data };
}

/** The elements of an output that must be there and must be float32. */
export function float32Data(outputs: Readonly<Record<string, TensorValue>>, name: string): Float32Array {
  const value = outputs[name];
  if (!value || !(value.data instanceof Float32Array))
    throw new TypeError(
      `Expected a float32 tensor for ${name} but received ${value ? value.dtype : 'nothing'}`,
    );
  return value.data;
}
