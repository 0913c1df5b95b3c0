import { CheckpointError } from './errors.ts';

/** Pickle operations allowed in one file. A 1024² NVIDIA pickle with three networks needs some 50,000; each
 *  operation can allocate a small object, so that this also bounds memory. */
export const OPERATION_LIMIT = 1_000_000;

/**
 * What one file may cost. A pickle can name the same bytes again and again, so that a small file could ask for
 * endless work or memory; nothing in a real checkpoint is read more than once, which bounds both by its size.
 */
export class Budget {
  #operations = OPERATION_LIMIT;
  #bytes: number;
  #elements: number;

  /** @param fileBytes size of the whole file */
  constructor(fileBytes: number) {
    this.#bytes = fileBytes;
    this.#elements = fileBytes;
  }

  /** Counts pickle operations, and the items of lists that an operation copies. */
  operations(count: number): void {
    this.#operations -= count;
    if (this.#operations < 0)
      throw new CheckpointError('budget', `the pickle takes more than ${OPERATION_LIMIT} operations`);
  }

  /** Counts bytes that were decoded into new memory. */
  bytes(count: number): void {
    this.#bytes -= count;
    if (this.#bytes < 0)
      throw new CheckpointError('budget', 'the pickle decodes the same bytes again and again');
  }

  /** Counts elements of weights: each is at least a byte of the file, unless weights share their storage. */
  elements(count: number, name: string): void {
    this.#elements -= count;
    if (this.#elements < 0)
      throw new CheckpointError('budget', `${name}: the weights together are larger than the file`);
  }
}
