import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError, readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import { goldenFile } from './files.ts';

/** Small files of each form. Most of their bytes are structure: the tensors are tiny. */
const FILES = ['nvidia-16-half', 'rosinality-16-no-noises', 'rosinality-16-training'];
/** No reading of such a small file may take longer, whatever stands in it. */
const LIMIT_MS = 3000;

/** Whether the bytes were read or refused as they should be; any other error passes through. */
function readsOrRefuses(bytes: Uint8Array): void {
  const start = performance.now();
  try {
    readCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    expect(error.message.length).toBeLessThan(1000);
  }
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
}

/** Places in a file, more often among the structure at its ends than among the numbers between. */
const place = (length: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: length - 1 }),
    fc.integer({ min: 0, max: Math.min(length, 8192) - 1 }),
    fc.integer({ min: Math.max(0, length - 4096), max: length - 1 }),
  );

const interesting = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x28, 0x2e, 0x52, 0x62, 0x75, 0x81, 0x8e, 0x93),
);

describe.each(FILES)('mutations of %s', (name) => {
  const file = Uint8Array.from(goldenFile(name));

  it('are read or refused: bytes changed', () => {
    const change = fc.record({ at: place(file.length), value: interesting });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Uint8Array.from(file);
        for (const { at, value } of changes) bytes[at] = value;
        readsOrRefuses(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('are read or refused: a stretch cut out, doubled or moved', () => {
    const stretch = fc.record({
      from: place(file.length),
      size: fc.integer({ min: 1, max: 600 }),
      to: place(file.length),
    });
    fc.assert(
      fc.property(stretch, fc.constantFrom('cut', 'insert', 'overwrite'), ({ from, size, to }, how) => {
        const piece = file.subarray(from, from + size);
        const at = how === 'cut' ? from : to;
        const rest = file.subarray(how === 'insert' ? at : at + piece.length);
        const middle = how === 'cut' ? new Uint8Array(0) : piece;
        readsOrRefuses(Uint8Array.from([...file.subarray(0, at), ...middle, ...rest]));
      }),
      { numRuns: 150 },
    );
  });

  it('are refused: cut short anywhere', () => {
    fc.assert(
      fc.property(place(file.length), (length) => {
        expect(() => readCheckpoint(file.subarray(0, length))).toThrow(CheckpointError);
      }),
      { numRuns: 150 },
    );
  });
});

describe('bytes that were never a checkpoint', () => {
  it('are refused', () => {
    const start = fc.constantFrom([], [0x80, 2], [0x80, 4], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (head, tail) => {
        expect(() => readCheckpoint(Uint8Array.of(...head, ...tail))).toThrow(CheckpointError);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Programs of opcodes that are all known, so that they get past the first of them. */
describe('pickles of known opcodes in any order', () => {
  const name = (module: string, global: string) => [...new TextEncoder().encode(`c${module}\n${global}\n`)];
  const short = fc.constantFrom(
    'a',
    'latin1',
    'class',
    'type',
    'state',
    'class_name',
    'G_ema',
    '_modules',
    'mapping',
    'f8',
    '<',
  );
  const step = fc.oneof(
    fc.constantFrom(...'()]}NatesubRRR'.split('').map((op) => [op.charCodeAt(0)])),
    fc.constantFrom(0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x93, 0x94).map((op) => [op]),
    fc.integer({ min: 0, max: 255 }).map((value) => [0x4b, value]),
    fc.integer({ min: 0, max: 12 }).map((index) => [0x68, index]),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => [0x43, bytes.length, ...bytes]),
    short.map((text) => [0x8c, text.length, ...new TextEncoder().encode(text)]),
    fc.constantFrom(
      name('torch._utils', '_rebuild_tensor_v2'),
      name('torch._utils', '_rebuild_parameter'),
      name('torch.storage', '_load_from_bytes'),
      name('torch_utils.persistence', '_reconstruct_persistent_obj'),
      name('collections', 'OrderedDict'),
      name('dnnlib.util', 'EasyDict'),
      name('builtins', 'set'),
      name('numpy', 'dtype'),
      name('numpy.core.multiarray', 'scalar'),
      name('_codecs', 'encode'),
      name('torch', 'FloatStorage'),
    ),
  );

  it('are refused', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        expect(() => readCheckpoint(Uint8Array.of(0x80, 4, ...steps.flat(), 0x2e))).toThrow(CheckpointError);
      }),
      { numRuns: 3000 },
    );
  });
});
