import type { Budget } from './budget.ts';
import { CheckpointError, quote } from './errors.ts';
import { checkpointGlobals } from './globals.ts';
import { isLegacy, readLegacy } from './legacy.ts';
import { unpickle } from './pickle.ts';
import { readTorchZip } from './torch-zip.ts';
import { isZip } from './zip.ts';

/**
 * Reads a file's contents as plain data, whichever of the three forms it has.
 *
 * @throws CheckpointError
 */
export function readContainer(bytes: Uint8Array, budget: Budget): unknown {
  const resolve = checkpointGlobals(budget);
  if (isZip(bytes)) return readTorchZip(bytes, resolve, budget);
  if (isLegacy(bytes)) return readLegacy(bytes, resolve, budget);
  if (bytes[0] === 0x80 && bytes.length > 1)
    return unpickle(bytes, 0, { resolve, budget, what: 'the pickle' }).value;
  throw new CheckpointError(
    'format',
    `expected a StyleGAN2 as NVIDIA's .pkl or rosinality's .pt, got ${describeStart(bytes)}`,
  );
}

/** Downloads that went wrong are often web pages or Git LFS pointers: showing the text tells. */
function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const start = bytes.subarray(0, 40);
  if (start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09))
    return `text that begins with ${quote(new TextDecoder().decode(start))}`;
  const hex = [...start.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `a file that begins with the bytes ${hex.join(' ')}`;
}
