import { describe, expect, it } from 'vitest';
import { readZip } from '../../../generator/src/checkpoint/zip.ts';
import { goldenFile, refusalOf } from './files.ts';

const NAME = 'rosinality-32/data/13';

/** Where the parts of one entry of the golden zip lie. PyTorch defers sizes to a descriptor behind the data. */
function locate(file: Uint8Array): {
  view: DataView;
  end: number;
  central: number;
  local: number;
  descriptor: number;
} {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = file.length - 22;
  const text = Buffer.from(file).toString('latin1');
  const central = text.lastIndexOf(NAME) - 46;
  const local = view.getUint32(central + 42, true);
  const size = view.getUint32(central + 24, true);
  const descriptor = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true) + size;
  return { view, end, central, local, descriptor };
}

type Parts = ReturnType<typeof locate>;

function changed(change: (parts: Parts) => void): Uint8Array {
  const file = Uint8Array.from(goldenFile('rosinality-32'));
  change(locate(file));
  return file;
}

const LIES: readonly [what: string, change: (parts: Parts) => void, message: RegExp][] = [
  [
    'a stored entry with two sizes',
    ({ view, central }) => view.setUint32(central + 20, 7, true),
    /zip entry "rosinality-32\/data\/13" is stored, yet of \d+ and of 7 bytes/,
  ],
  [
    'an entry larger than its place',
    ({ view, central }) => {
      view.setUint32(central + 20, 50_000, true);
      view.setUint32(central + 24, 50_000, true);
    },
    /data\/13" claims 50000 bytes where \d+ are left/,
  ],
  [
    'an entry larger than the file',
    ({ view, central }) => {
      view.setUint32(central + 20, 0xfffffffe, true);
      view.setUint32(central + 24, 0xfffffffe, true);
    },
    /claims 4294967294 bytes where \d+ are left/,
  ],
  [
    'an entry smaller than its descriptor says',
    ({ view, central }) => {
      view.setUint32(central + 20, 8, true);
      view.setUint32(central + 24, 8, true);
    },
    /has 8 bytes by the directory, its descriptor differs/,
  ],
  [
    'a descriptor that differs from the directory',
    ({ view, descriptor }) => view.setUint32(descriptor + 12, 4, true),
    /by the directory, its descriptor differs/,
  ],
  [
    'a local header with a size of its own',
    ({ view, local }) => {
      view.setUint32(local + 18, 12, true);
      view.setUint32(local + 22, 12, true);
    },
    /bytes by the directory, 12 \(packed: 12\) at its place/,
  ],
  [
    'a place outside of the file',
    ({ view, central }) => view.setUint32(central + 42, 0xfffff000, true),
    /is not at byte/,
  ],
  [
    'two entries at one place',
    ({ view, central, local }) => {
      const next = central + 46 + view.getUint16(central + 28, true) + view.getUint16(central + 30, true);
      view.setUint32(next + 42, local, true);
    },
    /zip entries ".+" and ".+" lie at the same place/,
  ],
  [
    'another name at its place',
    ({ view, local }) => view.setUint8(local + 30, 0x78),
    /is called "xosinality-32\/data\/13"/,
  ],
  [
    'an encrypted entry',
    ({ view, central }) => view.setUint16(central + 8, 0x809, true),
    /data\/13" is encrypted/,
  ],
  [
    'a compressed entry',
    ({ view, central }) => view.setUint16(central + 10, 14, true),
    /data\/13" is compressed with LZMA/,
  ],
  ['too few entries', (parts) => setEnd(parts, { count: 3 }), /directory holds \d+ entries, its end says 3/],
  [
    'too many entries',
    (parts) => setEnd(parts, { count: 999 }),
    /directory holds \d+ entries, its end says 999/,
  ],
  [
    'a directory outside of the file',
    (parts) => setEnd(parts, { offset: 2 ** 31 }),
    /lies outside of the file/,
  ],
  [
    'a directory larger than the file',
    (parts) => setEnd(parts, { size: 2 ** 31 }),
    /lies outside of the file/,
  ],
  ['a directory larger than memory', (parts) => setEnd(parts, { size: 2 ** 60 }), /lies outside of the file/],
  ['a directory elsewhere', (parts) => setEnd(parts, { offset: 0 }), /zip directory has no entry at byte 0/],
  [
    'a directory without its last bytes',
    (parts) => setEnd(parts, { size: 60 }),
    /the zip directory ends too soon/,
  ],
  [
    'two ends that differ',
    ({ view, end }) => view.setUint16(end + 10, 3, true),
    /ends with two records that differ/,
  ],
  [
    'a 64-bit end elsewhere',
    ({ view, end }) => view.setUint32(end - 12, 0, true),
    /no zip64 record at byte 0/,
  ],
  ['a 64-bit end outside', ({ view, end }) => view.setUint8(end - 5, 0x10), /lies outside of the file/],
  ['several disks', (parts) => setEnd(parts, { disk: 1 }), /split over several files/],
];

/** Changes both records at the file's end: PyTorch writes a 64-bit one too. */
function setEnd(
  { view, end }: Parts,
  change: { disk?: number; count?: number; size?: number; offset?: number },
): void {
  const wide = end - 20 - 56;
  const narrow = (value: number) => Math.min(value, 0xffffffff);
  if (change.disk !== undefined) {
    view.setUint16(end + 4, change.disk, true);
    view.setUint32(wide + 16, change.disk, true);
  }
  if (change.count !== undefined)
    for (const i of [0, 1]) {
      view.setUint16(end + 8 + 2 * i, change.count, true);
      view.setBigUint64(wide + 24 + 8 * i, BigInt(change.count), true);
    }
  if (change.size !== undefined) {
    view.setUint32(end + 12, narrow(change.size), true);
    view.setBigUint64(wide + 40, BigInt(change.size), true);
  }
  if (change.offset !== undefined) {
    view.setUint32(end + 16, narrow(change.offset), true);
    view.setBigUint64(wide + 48, BigInt(change.offset), true);
  }
}

describe('zip archives', () => {
  it('are read as views of the file', () => {
    const file = Uint8Array.from(goldenFile('rosinality-32'));
    const entries = readZip(file);
    expect([...entries.keys()]).toContain('rosinality-32/data.pkl');
    for (const bytes of entries.values()) expect(bytes.buffer).toBe(file.buffer);
    expect(entries.get('rosinality-32/version')).toEqual(new TextEncoder().encode('3\n'));
  });

  it.each(LIES)('with %s are refused', (_, change, message) => {
    const found = refusalOf(changed(change));
    expect(found.message).toMatch(message);
    expect(found.code).toBe('zip');
  });

  it('with all sizes of a storage shrunk alike are refused by what the pickle says of it', () => {
    const file = changed(({ view, central, descriptor }) => {
      const size = view.getUint32(central + 24, true);
      const data = descriptor - size;
      new Uint8Array(view.buffer).copyWithin(data + 8, descriptor, descriptor + 16);
      for (const field of [central + 20, central + 24, data + 16, data + 20]) view.setUint32(field, 8, true);
    });
    const found = refusalOf(file);
    expect(found.message).toMatch(/expected \d+ bytes for the \d+ float32 of storage "13", got 8/);
    expect(found.code).toBe('tensor');
  });

  it('with a comment behind their end are read', () => {
    const comment = new TextEncoder().encode('made by hand');
    const file = changed(({ view, end }) => view.setUint16(end + 20, comment.length, true));
    const entries = readZip(Uint8Array.of(...file, ...comment));
    expect(entries.size).toBe(readZip(goldenFile('rosinality-32')).size);
  });

  it('without a PyTorch pickle are refused, naming what they hold', () => {
    const empty = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0));
    expect(readZip(empty).size).toBe(0);
    const file = Buffer.from(
      Buffer.from(goldenFile('rosinality-32')).toString('latin1').replaceAll('data.pkl', 'data.txt'),
      'latin1',
    );
    const found = refusalOf(file);
    expect(found.message).toContain('expected a zip with one data.pkl, got entries "rosinality-32/data.txt"');
    expect(found.code).toBe('format');
  });

  it('whose pickle names a storage that is not there are refused', () => {
    const renamed = Buffer.from(goldenFile('rosinality-32'))
      .toString('latin1')
      .replaceAll(NAME, `${NAME.slice(0, -1)}x`);
    const found = refusalOf(Buffer.from(renamed, 'latin1'));
    expect(found.message).toContain('zip has no entry "rosinality-32/data/13"');
    expect(found.code).toBe('missing');
  });
});
