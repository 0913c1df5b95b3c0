import { type DType, ITEM_SIZE, STORAGE_DTYPE } from './dtype.ts';
import { CheckpointError, quote } from './errors.ts';
import { describeValue, Global, Storage } from './values.ts';

/** What a persistent id of PyTorch's pickles says. */
interface StorageId {
  readonly key: string;
  readonly dtype: DType;
  readonly count: number;
}

/**
 * The storages of one PyTorch file by key: tensors that name the same key share their memory.
 * Give `persistent` to the unpickler.
 */
export class StorageTable {
  readonly storages: Map<string, Storage> = new Map();

  readonly persistent = (id: unknown): Storage => {
    const { key, dtype, count } = parseStorageId(id);
    const known = this.storages.get(key);
    if (!known) {
      const storage = new Storage(key, dtype, count);
      this.storages.set(key, storage);
      return storage;
    }
    if (known.dtype !== dtype || known.count !== count)
      throw new CheckpointError(
        'tensor',
        `storage ${quote(key)} is named as ${count} ${dtype} and as ${known.count} ${known.dtype}`,
      );
    return known;
  };
}

/** Gives a storage its bytes. */
export function fillStorage(storage: Storage, bytes: Uint8Array): void {
  const expected = storage.count * ITEM_SIZE[storage.dtype];
  if (bytes.length !== expected)
    throw new CheckpointError(
      'tensor',
      `expected ${expected} bytes for the ${storage.count} ${storage.dtype} of storage ${quote(storage.key)}, got ${bytes.length}`,
    );
  storage.bytes = bytes;
}

/** Reads `('storage', storage class, key, device, element count[, view])`. */
function parseStorageId(id: unknown): StorageId {
  const [tag, type, key, , count, view] = Array.isArray(id) ? id : [];
  const dtype = type instanceof Global ? STORAGE_DTYPE.get(type.name) : undefined;
  if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(count))
    throw new CheckpointError('pickle', `expected a storage as persistent id, got ${describeValue(id)}`);
  if (view !== undefined && view !== null)
    throw new CheckpointError(
      'pickle',
      `storage ${quote(key)} is a view of another, as only PyTorch before 0.4 wrote them`,
    );
  return { key, dtype, count };
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
