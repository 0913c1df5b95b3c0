import type { Budget } from './budget.ts';
import { ByteReader } from './byte-reader.ts';
import { ITEM_SIZE } from './dtype.ts';
import { CheckpointError, quote } from './errors.ts';
import { type GlobalResolver, unpickle } from './pickle.ts';
import { fillStorage, StorageTable } from './storage.ts';
import { describeValue } from './values.ts';

/** PyTorch's magic number 0x1950a86a20f9469cfc6c as a protocol-2 pickle. */
const MAGIC_PICKLE = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
];
const PROTOCOL = 1001;

/** Whether a file is in PyTorch's older form. */
export function isLegacy(bytes: Uint8Array): boolean {
  return MAGIC_PICKLE.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads PyTorch's form from before 1.6, which is also what a storage inside an NVIDIA pickle holds: five pickles
 * in a row (magic number, protocol, machine, contents, storage keys), then for each key an int64 count of elements
 * and the raw data.
 *
 * @returns the contents; storages are views of `bytes`
 * @throws CheckpointError
 */
export function readLegacy(bytes: Uint8Array, resolve: GlobalResolver, budget: Budget): unknown {
  if (!isLegacy(bytes)) throw new CheckpointError('format', 'expected a PyTorch storage, got other bytes');
  const table = new StorageTable();
  let offset = MAGIC_PICKLE.length;
  const next = (what: string, persistent: boolean): unknown => {
    const options = { resolve, budget, what };
    const read = unpickle(bytes, offset, persistent ? { ...options, persistent: table.persistent } : options);
    offset = read.end;
    return read.value;
  };
  const protocol = next('the protocol number', false);
  if (protocol !== PROTOCOL)
    throw new CheckpointError(
      'format',
      `expected PyTorch's protocol ${PROTOCOL}, got ${describeValue(protocol)}`,
    );
  const machine = next('the machine description', false);
  if (!(machine instanceof Map) || machine.get('little_endian') !== true)
    throw new CheckpointError('format', 'expected a file of a little-endian machine');
  const contents = next('the contents', true);
  const keys = next('the list of storages', false);
  if (!Array.isArray(keys))
    throw new CheckpointError('pickle', `expected a list of storage keys, got ${describeValue(keys)}`);

  const reader = new ByteReader(bytes, offset, 'the storages');
  for (const key of keys) {
    const storage = table.storages.get(key);
    if (!storage || storage.bytes)
      throw new CheckpointError(
        'pickle',
        `storage ${describeValue(key)} is listed but ${storage ? 'already read' : 'not used'}`,
      );
    const count = reader.u64();
    if (count !== storage.count)
      throw new CheckpointError(
        'tensor',
        `storage ${quote(storage.key)} holds ${count} elements, its pickle says ${storage.count}`,
      );
    fillStorage(storage, reader.take(count * ITEM_SIZE[storage.dtype]));
  }
  return contents;
}
