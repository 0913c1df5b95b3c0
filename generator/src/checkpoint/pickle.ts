import type { Budget } from './budget.ts';
import { ByteReader } from './byte-reader.ts';
import { CheckpointError } from './errors.ts';
import { describeValue, Global, isStateful, LongText } from './values.ts';

/** Opcodes that checkpoints hold (Python's Lib/pickle.py, protocols 2 to 5). All others are refused. */
const OP = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  BINFLOAT: 0x47,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  NEWOBJ: 0x81,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  SHORT_BINUNICODE: 0x8c,
  BINBYTES8: 0x8e,
  EMPTY_SET: 0x8f,
  ADDITEMS: 0x90,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const;

const HIGHEST_PROTOCOL = 5;
const LONGEST_NAME = 256;
/** Strings from this size on stay encoded: no name is that long, and protocol 2 writes storages as strings. */
const LONG_TEXT = 1 << 16;

/** Turns a name that a pickle refers to into something inert from the whitelist, or throws.
 *  `strings` gives the strings on the machine's stack, from which a message may tell what kind of file it is. */
export type GlobalResolver = (module: string, name: string, strings: () => string[]) => Global;

export interface UnpickleOptions {
  readonly resolve: GlobalResolver;
  /** Makes a value of a persistent id; where absent, persistent ids are refused. */
  readonly persistent?: (id: unknown) => unknown;
  readonly budget: Budget;
  /** Names the pickle in messages. */
  readonly what: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Runs a pickle on a machine that can only build data: dicts become Map, lists and tuples arrays, sets Set, bytes
 * views of the file. Whatever the file calls is looked up in a whitelist, and what stands there is our own code;
 * nothing of the file's is ever run.
 *
 * @param offset where in `bytes` the pickle starts
 * @returns the value, and the offset behind the pickle
 * @throws CheckpointError 'pickle', 'truncated', 'global' or 'budget'
 */
export function unpickle(
  bytes: Uint8Array,
  offset: number,
  options: UnpickleOptions,
): { value: unknown; end: number } {
  return new Machine(bytes, offset, options).run();
}

class Machine {
  readonly #reader: ByteReader;
  readonly #options: UnpickleOptions;
  readonly #stack: unknown[] = [];
  /** Heights of the stack at which MARKs stand. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  #start = 0;

  constructor(bytes: Uint8Array, offset: number, options: UnpickleOptions) {
    this.#reader = new ByteReader(bytes, offset, options.what);
    this.#options = options;
  }

  run(): { value: unknown; end: number } {
    const reader = this.#reader;
    for (;;) {
      this.#start = reader.offset;
      const op = reader.u8();
      this.#options.budget.operations(1);
      if (op === OP.STOP) return { value: this.#pop(), end: reader.offset };
      if (
        !(
          this.#pushPlain(op) ||
          this.#pushText(op) ||
          this.#collect(op) ||
          this.#remember(op) ||
          this.#call(op)
        )
      )
        this.#fail(`opcode 0x${op.toString(16).padStart(2, '0')} is not one that checkpoints use`);
    }
  }

  /** Framing, and values that stand in the opcode itself. */
  #pushPlain(op: number): boolean {
    const reader = this.#reader;
    const stack = this.#stack;
    if (op === OP.PROTO) {
      const protocol = reader.u8();
      if (protocol > HIGHEST_PROTOCOL) this.#fail(`protocol ${protocol} is not known`);
    } else if (op === OP.FRAME) {
      // The length only helps readers of streams; each value checks its own.
      reader.u64();
    } else if (op === OP.MARK) this.#marks.push(stack.length);
    else if (op === OP.NONE) stack.push(null);
    else if (op === OP.NEWTRUE) stack.push(true);
    else if (op === OP.NEWFALSE) stack.push(false);
    else if (op === OP.BININT) stack.push(reader.i32());
    else if (op === OP.BININT1) stack.push(reader.u8());
    else if (op === OP.BININT2) stack.push(reader.u16());
    else if (op === OP.LONG1) stack.push(longFrom(reader.take(reader.u8())));
    else if (op === OP.BINFLOAT) stack.push(reader.f64BigEndian());
    else if (op === OP.EMPTY_TUPLE || op === OP.EMPTY_LIST) stack.push([]);
    else if (op === OP.EMPTY_DICT) stack.push(new Map());
    else if (op === OP.EMPTY_SET) stack.push(new Set());
    else return false;
    return true;
  }

  #pushText(op: number): boolean {
    const reader = this.#reader;
    if (op === OP.BINBYTES) this.#stack.push(reader.take(reader.u32()));
    else if (op === OP.SHORT_BINBYTES) this.#stack.push(reader.take(reader.u8()));
    else if (op === OP.BINBYTES8) this.#stack.push(reader.take(reader.u64()));
    else if (op === OP.BINUNICODE) this.#stack.push(this.#text(reader.take(reader.u32())));
    else if (op === OP.SHORT_BINUNICODE) this.#stack.push(this.#text(reader.take(reader.u8())));
    else return false;
    return true;
  }

  /** Tuples, and filling lists, dicts and sets. */
  #collect(op: number): boolean {
    const stack = this.#stack;
    if (op === OP.TUPLE) stack.push(this.#popToMark());
    else if (op === OP.TUPLE1 || op === OP.TUPLE2 || op === OP.TUPLE3)
      stack.push(this.#popMany(op - OP.TUPLE1 + 1));
    else if (op === OP.APPEND) this.#append(this.#popMany(1));
    else if (op === OP.APPENDS) this.#append(this.#popToMark());
    else if (op === OP.SETITEM) this.#setItems(this.#popMany(2));
    else if (op === OP.SETITEMS) this.#setItems(this.#popToMark());
    else if (op === OP.ADDITEMS) {
      const items = this.#popToMark();
      const set = this.#top();
      if (!(set instanceof Set)) this.#fail(`expected a set to add to, got ${describeValue(set)}`);
      for (const item of items) set.add(item);
    } else return false;
    return true;
  }

  #remember(op: number): boolean {
    const reader = this.#reader;
    if (op === OP.BINPUT) this.#memo.set(reader.u8(), this.#top());
    else if (op === OP.LONG_BINPUT) this.#memo.set(reader.u32(), this.#top());
    else if (op === OP.MEMOIZE) this.#memo.set(this.#memo.size, this.#top());
    else if (op === OP.BINGET || op === OP.LONG_BINGET) {
      const index = op === OP.BINGET ? reader.u8() : reader.u32();
      if (!this.#memo.has(index)) this.#fail(`nothing is memoised under ${index}`);
      this.#stack.push(this.#memo.get(index));
    } else return false;
    return true;
  }

  #call(op: number): boolean {
    const stack = this.#stack;
    if (op === OP.GLOBAL) {
      const module = this.#text(this.#reader.line(LONGEST_NAME));
      stack.push(this.#global(module, this.#text(this.#reader.line(LONGEST_NAME))));
    } else if (op === OP.STACK_GLOBAL) {
      const [module, name] = this.#popMany(2);
      stack.push(this.#global(module, name));
    } else if (op === OP.REDUCE || op === OP.NEWOBJ) {
      const [callee, args] = this.#popMany(2);
      if (!(callee instanceof Global))
        this.#fail(`expected a known name to call, got ${describeValue(callee)}`);
      if (!Array.isArray(args)) this.#fail(`expected a tuple of arguments, got ${describeValue(args)}`);
      const made = op === OP.REDUCE ? callee.call : callee.create;
      if (!made) this.#fail(`${callee.name} is not to be called`);
      stack.push(made(args));
    } else if (op === OP.BUILD) {
      const state = this.#pop();
      const target = this.#top();
      // A dict's attributes (an OrderedDict's _metadata, a Namespace's contents) say nothing about weights.
      if (isStateful(target)) target.setState(state);
      else if (!(target instanceof Map))
        this.#fail(`expected an object to set the state of, got ${describeValue(target)}`);
    } else if (op === OP.BINPERSID) {
      const id = this.#pop();
      if (!this.#options.persistent) this.#fail('a persistent id stands outside of a PyTorch file');
      stack.push(this.#options.persistent(id));
    } else return false;
    return true;
  }

  #append(items: unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) this.#fail(`expected a list to append to, got ${describeValue(list)}`);
    for (const item of items) list.push(item);
  }

  #setItems(items: unknown[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map)) this.#fail(`expected a dict to fill, got ${describeValue(dict)}`);
    if (items.length % 2 !== 0) this.#fail('a dict is filled with a key that has no value');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  #global(module: unknown, name: unknown): Global {
    if (typeof module !== 'string' || typeof name !== 'string')
      this.#fail(`expected the name of a global, got ${describeValue(module)} and ${describeValue(name)}`);
    return this.#options.resolve(module, name, () =>
      this.#stack.filter((value) => typeof value === 'string'),
    );
  }

  #text(bytes: Uint8Array): string | LongText {
    if (bytes.length >= LONG_TEXT) return new LongText(bytes);
    try {
      return utf8.decode(bytes);
    } catch {
      this.#fail('a string is not UTF-8');
    }
  }

  /** Height below which the current MARK forbids to reach. */
  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #top(): unknown {
    if (this.#stack.length <= this.#floor()) this.#fail('the stack is empty');
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    const value = this.#top();
    this.#stack.length--;
    return value;
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length - count < this.#floor()) this.#fail('the stack is empty');
    return this.#stack.splice(this.#stack.length - count);
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) this.#fail('a collection has no start');
    return this.#stack.splice(mark);
  }

  #fail(reason: string): never {
    throw new CheckpointError('pickle', `${this.#options.what}: ${reason} (byte ${this.#start})`);
  }
}

/** A little-endian two's complement integer of up to 255 bytes; a number where that is exact. */
function longFrom(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  value = BigInt.asIntN(8 * bytes.length, value);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
