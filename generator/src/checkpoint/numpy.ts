import { CheckpointError, quote } from './errors.ts';
import { describeValue, type Stateful } from './values.ts';

type ReadNumber = (view: DataView, littleEndian: boolean) => number | boolean;

/** NumPy's type codes: kind and bytes. */
const READERS: ReadonlyMap<string, { size: number; read: ReadNumber }> = new Map([
  ['f8', { size: 8, read: (view, little) => view.getFloat64(0, little) }],
  ['f4', { size: 4, read: (view, little) => view.getFloat32(0, little) }],
  ['i8', { size: 8, read: (view, little) => Number(view.getBigInt64(0, little)) }],
  ['i4', { size: 4, read: (view, little) => view.getInt32(0, little) }],
  ['b1', { size: 1, read: (view) => view.getUint8(0) !== 0 }],
]);

/** `numpy.dtype(code, align, copy)`, whose byte order BUILD sets. */
export class NumpyDType implements Stateful {
  readonly code: string;
  #littleEndian = true;

  constructor(code: unknown) {
    if (typeof code !== 'string')
      throw new CheckpointError('pickle', `numpy.dtype is called with ${describeValue(code)}`);
    this.code = code;
  }

  /** @param state NumPy's tuple: version, byte order (`<`, `>`, `|`, `=`), … */
  setState(state: unknown): void {
    this.#littleEndian = !(Array.isArray(state) && state[1] === '>');
  }

  read(bytes: Uint8Array): number | boolean {
    const reader = READERS.get(this.code);
    if (!reader || bytes.length !== reader.size)
      throw new CheckpointError(
        'pickle',
        `a NumPy number of type ${quote(this.code)} takes ${bytes.length} bytes`,
      );
    return reader.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), this.#littleEndian);
  }
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`: gains of NVIDIA's layers. */
export function numpyScalar(args: readonly unknown[]): number | boolean {
  const [dtype, bytes] = args;
  if (!(dtype instanceof NumpyDType) || !(bytes instanceof Uint8Array))
    throw new CheckpointError(
      'pickle',
      `numpy scalar is called with (${args.slice(0, 2).map(describeValue).join(', ')})`,
    );
  return dtype.read(bytes);
}
