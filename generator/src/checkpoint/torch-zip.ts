import type { Budget } from './budget.ts';
import { CheckpointError, listNames, quote } from './errors.ts';
import { type GlobalResolver, unpickle } from './pickle.ts';
import { fillStorage, StorageTable } from './storage.ts';
import { readZip } from './zip.ts';

/**
 * Reads PyTorch's form since 1.6: a zip of stored entries, `<name>/data.pkl` and, for each storage,
 * `<name>/data/<key>`.
 *
 * @returns the contents; storages are views of `bytes`
 * @throws CheckpointError
 */
export function readTorchZip(bytes: Uint8Array, resolve: GlobalResolver, budget: Budget): unknown {
  const entries = readZip(bytes);
  const pickles = [...entries.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  const contents = pickle === undefined ? undefined : entries.get(pickle);
  if (pickle === undefined || contents === undefined || pickles.length > 1)
    throw new CheckpointError(
      'format',
      `expected a zip with one data.pkl, got entries ${listNames(entries.keys())}`,
    );
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little')
    throw new CheckpointError('format', 'expected a file of a little-endian machine');

  const table = new StorageTable();
  const { value } = unpickle(contents, 0, {
    resolve,
    budget,
    what: quote(pickle),
    persistent: table.persistent,
  });
  for (const [key, storage] of table.storages) {
    const data = entries.get(`${folder}data/${key}`);
    if (!data) throw new CheckpointError('missing', `zip has no entry ${quote(`${folder}data/${key}`)}`);
    fillStorage(storage, data);
  }
  return value;
}
