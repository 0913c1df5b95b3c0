import { TrainingError } from './errors.ts';

/**
 * The safetensors format (Hugging Face): 8 bytes of header length, a JSON header with dtype, shape and offsets of
 * each tensor, then their elements. Float32 only; `__metadata__` holds strings.
 */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export function writeTensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, data] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape: [data.length], data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces, so that the elements start at a multiple of 8.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const data of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

export function readTensors(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.POSITIVE_INFINITY;
  if (8 + length > bytes.length)
    throw new TrainingError(`safetensors: expected a header within ${bytes.length} bytes, got ${length}`);
  const header = parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const start = 8 + length;
  const tensors: Record<string, Float32Array> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, data_offsets: offsets } = entry as Entry;
    const [from, to] = Array.isArray(offsets) ? offsets : [-1, -1];
    if (dtype !== 'F32' || !(from >= 0 && to >= from && start + to <= bytes.length && (to - from) % 4 === 0))
      throw new TrainingError(
        `safetensors: expected F32 elements within the file for ${name}, got ${dtype} ${offsets}`,
      );
    tensors[name] = new Float32Array(bytes.slice(start + from, start + to).buffer);
  }
  return { metadata: (header['__metadata__'] ?? {}) as Record<string, string>, tensors };
}

function parse(text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (header && typeof header === 'object') return header as Record<string, unknown>;
  } catch {
    // Reported below with what was found.
  }
  throw new TrainingError(`safetensors: expected a JSON header, got ${text.slice(0, 40)}`);
}
