import { CheckpointError, type CheckpointErrorCode } from './errors.ts';

/** Reads a file from front to back without copying it. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly #view: DataView;
  readonly #what: string;
  readonly #code: CheckpointErrorCode;

  /**
   * @param what names the thing being read, for messages
   * @param code of the error that running off its end is
   */
  constructor(bytes: Uint8Array, offset: number, what: string, code: CheckpointErrorCode = 'truncated') {
    this.bytes = bytes;
    this.offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#code = code;
  }

  /** A view of the next `count` bytes. */
  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A little-endian 64-bit count. Those beyond 2^53 lose precision, and exceed any file all the same. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** A big-endian double, as pickle writes floats. */
  f64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** The bytes up to the next newline, which is skipped. */
  line(limit: number): Uint8Array {
    const start = this.offset;
    const end = this.bytes.subarray(start, start + limit + 1).indexOf(0x0a);
    if (end >= 0) {
      this.offset = start + end + 1;
      return this.bytes.subarray(start, start + end);
    }
    if (start + limit >= this.bytes.length) return this.take(this.bytes.length - start + 1);
    throw new CheckpointError(
      'pickle',
      `${this.#what} has a name longer than ${limit} bytes at byte ${start}`,
    );
  }

  #advance(count: number): number {
    const start = this.offset;
    const left = this.bytes.length - start;
    if (!(count <= left))
      throw new CheckpointError(
        this.#code,
        `${this.#what} ends too soon: expected ${count} more bytes at byte ${start}, got ${Math.max(left, 0)}`,
      );
    this.offset = start + count;
    return start;
  }
}
