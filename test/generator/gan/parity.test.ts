import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import { buildMapping, buildSynthesis, type SynthesisOptions } from '../../../generator/src/gan/index.ts';
import { float32, float32Data, serialize, type TensorValue } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { golden, hasShared, portraits, ROOT, sharedReason } from '../../shared.ts';

/** Tolerances on mapped latents and on pictures in −1..1. */
const MAPPING = 1e-5;
const IMAGE = 2e-3;

const runtime = createRuntime();
const bytes = (path: string) => new Uint8Array(readFileSync(path));
const numbers = (path: string) => new Float32Array(bytes(path).slice().buffer);

/** Largest absolute difference. */
function distance(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((worst, value, k) => Math.max(worst, Math.abs(value - expected[k]!)), 0);
}

/** Reference outputs as raw float32 files beside a `shapes.json`. */
function reference(folder: string) {
  const shapes = JSON.parse(readFileSync(join(folder, 'shapes.json'), 'utf8')) as Record<string, number[]>;
  return (name: string): TensorValue & { data: Float32Array } => ({
    ...float32(numbers(join(folder, `${name}.f32`)), shapes[name]!),
    data: numbers(join(folder, `${name}.f32`)),
  });
}

async function errors(checkpoint: string, folder: string, options: Partial<SynthesisOptions> = {}) {
  const weights = readCheckpoint(bytes(checkpoint));
  const models = [serialize(buildMapping(weights)), serialize(buildSynthesis(weights, options))] as const;
  return await errorsOf(...models, folder, weights.resolution);
}

async function errorsOf(
  mappingModel: Uint8Array,
  synthesisModel: Uint8Array,
  folder: string,
  resolution: number,
) {
  const expected = reference(folder);
  const mapping = await runtime.load(mappingModel);
  const synthesis = await runtime.load(synthesisModel);
  const w = float32Data(await mapping.run({ z: expected('z') }), 'w');
  const { image, features } = await synthesis.run({ ws: expected('ws') });
  const quarter = Math.max(resolution / 4, 4);
  expect(features!.shape.slice(2)).toEqual([quarter, quarter]);
  await Promise.all([mapping.release(), synthesis.release()]);
  return {
    mapping: distance(w, expected('w').data),
    image: distance(image!.data as Float32Array, expected('image').data),
  };
}

describe.skipIf(!hasShared)(`portraits-128${sharedReason}`, () => {
  const checkpoint = portraits('portraits-128.pt');
  for (const upsampling of ['transpose', 'subpixel', 'phases'] as const)
    it(`reproduces the reference with upsampling by ${upsampling}`, async () => {
      const error = await errors(checkpoint, portraits('reference'), { upsampling });
      expect(error.mapping).toBeLessThan(MAPPING);
      expect(error.image).toBeLessThan(IMAGE);
    });
  for (const precision of ['float16-weights', 'float16'] as const)
    it(`stays within the tolerance in ${precision}`, async () => {
      const error = await errors(checkpoint, portraits('reference'), { precision });
      expect(error.image).toBeLessThan(IMAGE);
    });

  it('reproduces the reference as it is shipped', async () => {
    const shipped = (file: string) => bytes(join(ROOT, 'models/portraits-128', file));
    const models = [shipped('mapping.onnx'), shipped('synthesis.onnx')] as const;
    const error = await errorsOf(...models, portraits('reference'), 128);
    expect(error.mapping).toBeLessThan(MAPPING);
    expect(error.image).toBeLessThan(IMAGE);
  });

  it('gives the same pictures in any batch', async () => {
    const weights = readCheckpoint(bytes(checkpoint));
    const session = await runtime.load(serialize(buildSynthesis(weights)));
    const ws = reference(portraits('reference'))('ws');
    const size = weights.layers * weights.wDim;
    const all = float32Data(await session.run({ ws }), 'image');
    for (const n of [1, 3]) {
      const part = float32(ws.data.slice(0, n * size), [n, weights.layers, weights.wDim]);
      const some = float32Data(await session.run({ ws: part }), 'image');
      expect(distance(some, all.subarray(0, some.length))).toBeLessThan(1e-5);
    }
    await session.release();
  });

  it('cut at 64² gives the skip sum there', async () => {
    const weights = readCheckpoint(bytes(checkpoint));
    const session = await runtime.load(serialize(buildSynthesis(weights, { cutAt: 64 })));
    const expected = reference(portraits('reference'));
    const image = (await session.run({ ws: expected('ws') })).image!;
    expect(image.shape).toEqual([8, 3, 64, 64]);
    // The last block adds detail: means of 2×2 blocks of the whole picture stay close to the sum before it.
    const full = expected('image').data;
    let sum = 0;
    for (let plane = 0; plane < 24; plane++)
      for (let y = 0; y < 64; y++)
        for (let x = 0; x < 64; x++) {
          const at = (dy: number, dx: number) => full[(plane * 128 + 2 * y + dy) * 128 + 2 * x + dx]!;
          const mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
          sum += (mean - (image.data as Float32Array)[(plane * 64 + y) * 64 + x]!) ** 2;
        }
    expect(Math.sqrt(sum / (24 * 64 * 64))).toBeLessThan(0.2);
    await session.release();
  });
});

describe('checkpoints of other widths and depths, against PyTorch', () => {
  const expected = golden('checkpoint', 'expected');
  const cases = readdirSync(expected);

  it('has cases', () => expect(cases.length).toBeGreaterThanOrEqual(4));

  for (const name of cases)
    it(name, async () => {
      const file = readdirSync(golden('checkpoint')).find(
        (entry) => /\.(pkl|pt)$/.test(entry) && entry.startsWith(`${name}.`),
      );
      const error = await errors(golden('checkpoint', file!), join(expected, name));
      expect(error.mapping).toBeLessThan(MAPPING);
      expect(error.image).toBeLessThan(IMAGE);
    });
});
