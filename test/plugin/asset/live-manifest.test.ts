import {
  AssetError,
  LIVE_FILES,
  type LiveManifest,
  type LiveManifestJson,
  liveManifestJson,
  radians,
  validateLiveManifest,
} from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const HASH = '0123456789abcdef'.repeat(4);

function example(): LiveManifestJson {
  return {
    formatVersion: 1,
    name: 'portraits-128',
    modelHash: HASH,
    licence: 'CC0-1.0',
    attribution: 'Jane Doe',
    source: 'portraits-128.pt',
    resolution: 128,
    zDim: 5,
    wDim: 3,
    layers: 12,
    wAverage: [0.5, -1, 2],
    focal: 9.21,
    frame: [0.3, 0.3],
    pivot: [0, 0.15, 0],
    range: [-60, 45],
    depthRange: [0.88, 1.12],
    directions: [{ name: 'component 2', vector: [1, 0, -1] }],
    refined: true,
    half: false,
    files: {
      'live.onnx': { sha256: HASH, bytes: 15_321_574 },
      'mapping.onnx': { sha256: HASH, bytes: 1_581_467 },
    },
  };
}

function refusal(json: unknown): AssetError {
  try {
    validateLiveManifest(json);
  } catch (error) {
    if (error instanceof AssetError) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('a proper manifest comes back with its yaws in radians', () => {
  const { range, depthRange, ...rest } = example();
  expect(validateLiveManifest(example())).toEqual({
    ...rest,
    range: { minimum: radians(range[0]), maximum: radians(range[1]) },
    depthRange: { near: depthRange[0], far: depthRange[1] },
  });
});

test('more files and fields than are known are no error', () => {
  const json = { ...example(), shape: 3 };
  const more = { ...json, files: { ...json.files, 'turn-left.onnx': { sha256: HASH, bytes: 1 } } };
  expect(Object.keys(validateLiveManifest(more).files)).toEqual([...LIVE_FILES, 'turn-left.onnx']);
});

/** A manifest whose lists go together. */
const manifests: fc.Arbitrary<LiveManifest> = fc.integer({ min: 1, max: 5 }).chain((wDim) => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const length = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  const vector = fc.array(number, { minLength: wDim, maxLength: wDim });
  const count = fc.integer({ min: 1, max: 1024 });
  const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
  const file = fc.record({ sha256, bytes: count });
  const ordered = (value: fc.Arbitrary<number>) =>
    fc.uniqueArray(value, { minLength: 2, maxLength: 2 }).map((pair) => pair.sort((a, b) => a - b));
  return fc.record({
    formatVersion: fc.constant(1),
    name: fc.string({ minLength: 1 }),
    modelHash: sha256,
    licence: fc.string(),
    attribution: fc.string(),
    source: fc.string(),
    resolution: fc.integer({ min: 8, max: 1024 }),
    zDim: count,
    wDim: fc.constant(wDim),
    layers: count,
    wAverage: vector,
    focal: length,
    frame: fc.tuple(length, length),
    pivot: fc.tuple(number, number, number),
    range: ordered(fc.integer({ min: -1800, max: 1800 })).map(([from, to]) => ({
      minimum: radians(from! / 10),
      maximum: radians(to! / 10),
    })),
    depthRange: ordered(length).map(([near, far]) => ({ near: near!, far: far! })),
    directions: fc.array(fc.record({ name: fc.string({ minLength: 1 }), vector })),
    refined: fc.boolean(),
    half: fc.boolean(),
    files: fc.record({ 'live.onnx': file, 'mapping.onnx': file }),
  });
});

test('what is written reads as what it was', () => {
  fc.assert(
    fc.property(manifests, (manifest) => {
      const text = JSON.stringify(liveManifestJson(manifest));
      expect(validateLiveManifest(JSON.parse(text))).toEqual(manifest);
    }),
  );
});

describe('refusals are AssetErrors', () => {
  const accepts = (json: unknown): boolean => {
    try {
      validateLiveManifest(json);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AssetError);
      expect((error as AssetError).code).toBe('live-manifest');
      expect((error as AssetError).message).toMatch(/^live\.json: expected .+, got .+/s);
      return false;
    }
  };

  test('of any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void expect(accepts(json)).toBe(false)));
  });

  test('of a manifest with any one field changed', () => {
    let refused = 0;
    const change = fc.record({ key: fc.constantFrom(...Object.keys(example())), value: fc.jsonValue() });
    fc.assert(
      fc.property(change, ({ key, value }) => {
        if (!accepts({ ...example(), [key]: value })) refused++;
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  test('of a manifest with any one file changed', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (name, value) => {
        accepts(JSON.parse(JSON.stringify({ ...example(), files: { ...example().files, [name]: value } })));
      }),
    );
  });

  const file = (bytes: number) => ({ sha256: HASH, bytes });
  const cases: [message: string, key: keyof LiveManifestJson, value: unknown][] = [
    ['formatVersion 1, got 2', 'formatVersion', 2],
    ['formatVersion 1, got "1"', 'formatVersion', '1'],
    ['licence a value, got nothing', 'licence', undefined],
    ['modelHash text like ^[0-9a-f]{64}$, got "abc"', 'modelHash', 'abc'],
    ['layers at least 1, got 0', 'layers', 0],
    ['wAverage as many numbers as wDim, 3, got 2', 'wAverage', [1, 2]],
    ['wAverage[1] a number, got "2"', 'wAverage', [1, '2', 3]],
    ['frame[0] more than 0, got 0', 'frame', [0, 1]],
    ['pivot 3 items, got 2', 'pivot', [0, 0]],
    ['range[1] at most 180, got 181', 'range', [0, 181]],
    ['range[1] at least 1, got -1', 'range', [1, -1]],
    ['depthRange[1] more than 1, got 1', 'depthRange', [1, 1]],
    [
      'directions[0].vector as many numbers as wDim, 3, got 1',
      'directions',
      [{ name: 'smile', vector: [1] }],
    ],
    ['half a boolean, got 1', 'half', 1],
    ['files.mapping.onnx a value, got nothing', 'files', { 'live.onnx': file(1) }],
    ['files.more.bin an object, got null', 'files', { ...example().files, 'more.bin': null }],
    ['files.more.bin.bytes an integer, got 0.5', 'files', { ...example().files, 'more.bin': file(0.5) }],
    [
      String.raw`a name in files text like ^\w[\w.\-]*$, got "../../etc"`,
      'files',
      { ...example().files, '../../etc': file(1) },
    ],
  ];
  test.each(cases)('%s', (message, key, value) => {
    // As JSON, which has no undefined.
    const json: unknown = JSON.parse(JSON.stringify({ ...example(), [key]: value }));
    expect(refusal(json).message).toBe(`live.json: expected ${message}`);
  });

  test.each([
    [null, 'null'],
    [[], 'an array of 0'],
    [undefined, 'undefined'],
  ])('%j is no manifest', (json, got) => {
    expect(refusal(json).message).toBe(`live.json: expected an object, got ${got}`);
  });
});
