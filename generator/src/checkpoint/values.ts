import type { DType } from './dtype.ts';
import { describeShape, quote } from './errors.ts';

/** A name of the whitelist. `call` answers REDUCE, `create` answers NEWOBJ; with neither it is only a token. */
export class Global {
  readonly name: string;
  readonly call: ((args: readonly unknown[]) => unknown) | null;
  readonly create: ((args: readonly unknown[]) => unknown) | null;

  constructor(
    name: string,
    call: ((args: readonly unknown[]) => unknown) | null = null,
    create: ((args: readonly unknown[]) => unknown) | null = null,
  ) {
    this.name = name;
    this.call = call;
    this.create = create;
  }
}

/** A string too long to be a name, still in UTF-8. */
export class LongText {
  readonly utf8: Uint8Array;

  constructor(utf8: Uint8Array) {
    this.utf8 = utf8;
  }
}

/** The memory that one or more tensors look into. `bytes` is a view of the file, null until it is found. */
export class Storage {
  readonly key: string;
  readonly dtype: DType;
  /** Number of elements. */
  readonly count: number;
  bytes: Uint8Array | null = null;

  constructor(key: string, dtype: DType, count: number) {
    this.key = key;
    this.dtype = dtype;
    this.count = count;
  }
}

/** A tensor as the file describes it: offset and strides count elements. All of it lies inside the storage. */
export class Tensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A module of NVIDIA's `torch_utils.persistence`: its class is only a name here, its source is not kept. */
export class PersistentObject {
  readonly className: string;
  readonly state: ReadonlyMap<unknown, unknown>;

  constructor(className: string, state: ReadonlyMap<unknown, unknown>) {
    this.className = className;
    this.state = state;
  }
}

/** Something that BUILD may set the state of. */
export interface Stateful {
  setState(state: unknown): void;
}

export function isStateful(value: unknown): value is Stateful {
  return (
    typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function'
  );
}

/** A value in a few words, without looking into it: pickles can hold themselves. */
export function describeValue(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof LongText) return 'a long string';
  if (value instanceof Global) return value.name;
  if (value instanceof Storage) return `a storage of ${value.count} ${value.dtype}`;
  if (value instanceof Tensor) return `a tensor ${describeShape(value.shape)}`;
  if (value instanceof PersistentObject) return `a module of class ${quote(value.className)}`;
  return typeof value === 'object' ? 'an object' : String(value);
}
