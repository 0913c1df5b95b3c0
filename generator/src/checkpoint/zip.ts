import { ByteReader } from './byte-reader.ts';
import { CheckpointError, quote } from './errors.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const DATA_DESCRIPTOR = 0x08074b50;

const END_SIZE = 22;
const END64_LOCATOR_SIZE = 20;
const LONGEST_COMMENT = 0xffff;
/** Stands for "look in the 64-bit record". */
const IN_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 1;

const FLAG_ENCRYPTED = 1;
/** Sizes follow the data instead of standing in the local header. */
const FLAG_DESCRIPTOR = 8;

const METHODS: ReadonlyMap<number, string> = new Map([
  [8, 'deflated'],
  [9, 'deflated (64)'],
  [12, 'compressed with bzip2'],
  [14, 'compressed with LZMA'],
  [93, 'compressed with Zstandard'],
]);

interface Entry {
  readonly name: string;
  readonly size: number;
  /** Offset of the local header. */
  readonly offset: number;
  readonly method: number;
}

/** Whether a file begins as zip archives do. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * Reads a zip archive of stored entries, as PyTorch writes them, with all sizes checked against each other: local
 * header, data descriptor, central directory, neighbours, file.
 *
 * @returns views of `bytes` by entry name
 * @throws CheckpointError 'zip', or 'truncated' where the archive's end is not there
 */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const directory = findDirectory(bytes);
  const entries = readDirectory(bytes, directory.offset, directory.end, directory.count);
  entries.sort((a, b) => a.offset - b.offset);
  const found = new Map<string, Uint8Array>();
  entries.forEach((entry, i) => {
    const next = entries[i + 1];
    const end = next?.offset ?? directory.offset;
    if (next && end === entry.offset)
      throw new CheckpointError(
        'zip',
        `zip entries ${quote(entry.name)} and ${quote(next.name)} lie at the same place`,
      );
    if (found.has(entry.name)) throw new CheckpointError('zip', `zip holds two entries ${quote(entry.name)}`);
    found.set(entry.name, readEntry(bytes, entry, end));
  });
  return found;
}

/** Finds the central directory through the record at the file's end. */
function findDirectory(bytes: Uint8Array): { offset: number; end: number; count: number } {
  const at = findEnd(bytes);
  const reader = read(bytes, at + 4, 'the end of the zip');
  let fields = [reader.u16(), reader.u16(), reader.u16(), reader.u16(), reader.u32(), reader.u32()];
  let limit = at;
  const locator = at - END64_LOCATOR_SIZE;
  if (locator >= 0 && read(bytes, locator, 'the zip').u32() === END64_LOCATOR) {
    limit = read(bytes, locator + 8, 'the zip64 locator').u64();
    if (!(limit < locator))
      throw new CheckpointError('zip', `zip64 record at byte ${limit} lies outside of the file`);
    const wide = readEnd64(bytes, limit);
    if (!fields.every((field, i) => field === wide[i] || field === (i < 4 ? 0xffff : IN_ZIP64)))
      throw new CheckpointError('zip', `zip ends with two records that differ: [${fields}] and [${wide}]`);
    fields = wide;
  }
  const [disk, firstDisk, countHere, count = 0, size = 0, offset = 0] = fields;
  if (disk !== 0 || firstDisk !== 0 || countHere !== count)
    throw new CheckpointError('zip', 'zip is split over several files');
  if (!(offset + size <= limit))
    throw new CheckpointError(
      'zip',
      `zip directory of ${size} bytes at byte ${offset} lies outside of the file of ${bytes.length} bytes`,
    );
  return { offset, end: offset + size, count };
}

/** The fields of the 64-bit record, in the order of the older one. */
function readEnd64(bytes: Uint8Array, offset: number): number[] {
  const reader = read(bytes, offset, 'the zip64 record');
  if (reader.u32() !== END64) throw new CheckpointError('zip', `no zip64 record at byte ${offset}`);
  reader.take(12);
  return [reader.u32(), reader.u32(), reader.u64(), reader.u64(), reader.u64(), reader.u64()];
}

/** Once the archive's end was found, whatever ends too soon does so because sizes lie. */
function read(bytes: Uint8Array, offset: number, what: string): ByteReader {
  return new ByteReader(bytes, offset, what, 'zip');
}

function findEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = bytes.length - END_SIZE;
  for (let at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--)
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  throw new CheckpointError('truncated', 'zip has no directory at its end: the file is cut short');
}

function readDirectory(bytes: Uint8Array, offset: number, end: number, count: number): Entry[] {
  const reader = read(bytes.subarray(0, end), offset, 'the zip directory');
  const entries: Entry[] = [];
  while (reader.offset < end) {
    if (reader.u32() !== CENTRAL_HEADER)
      throw new CheckpointError('zip', `zip directory has no entry at byte ${reader.offset - 4}`);
    reader.take(4);
    const flags = reader.u16();
    const method = reader.u16();
    reader.take(8);
    const packed = reader.u32();
    const unpacked = reader.u32();
    const lengths = [reader.u16(), reader.u16(), reader.u16()];
    reader.take(8);
    const local = reader.u32();
    const name = nameFrom(reader.take(lengths[0] ?? 0));
    const extra = reader.take(lengths[1] ?? 0);
    reader.take(lengths[2] ?? 0);
    if (flags & FLAG_ENCRYPTED) throw new CheckpointError('zip', `zip entry ${quote(name)} is encrypted`);
    const [size, packedSize, at] = widen([unpacked, packed, local], extra, name);
    if (method === 0 && size !== packedSize)
      throw new CheckpointError(
        'zip',
        `zip entry ${quote(name)} is stored, yet of ${size} and of ${packedSize} bytes`,
      );
    entries.push({ name, size: size ?? 0, offset: at ?? 0, method });
  }
  if (entries.length !== count)
    throw new CheckpointError('zip', `zip directory holds ${entries.length} entries, its end says ${count}`);
  return entries;
}

/** Replaces 32-bit fields that are too small for their values by those of the zip64 extra field. */
function widen(fields: number[], extra: Uint8Array, name: string): number[] {
  if (!fields.includes(IN_ZIP64)) return fields;
  const reader = read(extra, 0, `the zip64 field of zip entry ${quote(name)}`);
  for (;;) {
    const id = reader.u16();
    const body = reader.take(reader.u16());
    if (id !== ZIP64_EXTRA) continue;
    const values = read(body, 0, `the zip64 field of zip entry ${quote(name)}`);
    return fields.map((field) => (field === IN_ZIP64 ? values.u64() : field));
  }
}

/** @param end where the next entry, or the directory, begins */
function readEntry(bytes: Uint8Array, entry: Entry, end: number): Uint8Array {
  const { name, size } = entry;
  if (entry.method !== 0) {
    const method = METHODS.get(entry.method) ?? `compressed (method ${entry.method})`;
    throw new CheckpointError('zip', `zip entry ${quote(name)} is ${method}; PyTorch stores its entries`);
  }
  // Bounded by the neighbour, so that a size that reaches into it shows as an end too soon.
  const reader = read(bytes.subarray(0, end), entry.offset, `zip entry ${quote(name)}`);
  if (end < entry.offset || reader.u32() !== LOCAL_HEADER)
    throw new CheckpointError('zip', `zip entry ${quote(name)} is not at byte ${entry.offset}`);
  reader.take(2);
  const flags = reader.u16();
  const method = reader.u16();
  reader.take(8);
  const packed = reader.u32();
  const unpacked = reader.u32();
  const lengths = [reader.u16(), reader.u16()];
  const localName = nameFrom(reader.take(lengths[0] ?? 0));
  const extra = reader.take(lengths[1] ?? 0);
  if (method !== entry.method || localName !== name)
    throw new CheckpointError('zip', `zip entry ${quote(name)} is called ${quote(localName)} at its place`);
  const deferred = (flags & FLAG_DESCRIPTOR) !== 0 && packed === 0 && unpacked === 0;
  const sizes = deferred ? [size, size] : widen([unpacked, packed], extra, name);
  if (sizes[0] !== size || sizes[1] !== size)
    throw new CheckpointError(
      'zip',
      `zip entry ${quote(name)} has ${size} bytes by the directory, ${sizes[0]} (packed: ${sizes[1]}) at its place`,
    );
  if (end - reader.offset < size)
    throw new CheckpointError(
      'zip',
      `zip entry ${quote(name)} claims ${size} bytes where ${end - reader.offset} are left`,
    );
  const data = reader.take(size);
  if (deferred && !descriptorAgrees(reader, size))
    throw new CheckpointError(
      'zip',
      `zip entry ${quote(name)} has ${size} bytes by the directory, its descriptor differs`,
    );
  return data;
}

/** A data descriptor holds checksum and sizes, 32 or 64 bits wide; its signature is optional. */
function descriptorAgrees(reader: ByteReader, size: number): boolean {
  const start = reader.offset;
  const left = reader.bytes.length - start;
  const signed = left >= 4 && reader.u32() === DATA_DESCRIPTOR ? 4 : 0;
  for (const width of [4, 8]) {
    if (left < signed + 4 + 2 * width) continue;
    reader.offset = start + signed + 4;
    const sizes = width === 4 ? [reader.u32(), reader.u32()] : [reader.u64(), reader.u64()];
    if (sizes[0] === size && sizes[1] === size) return true;
  }
  return false;
}

function nameFrom(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
