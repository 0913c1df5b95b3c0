import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedToLatent } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import {
  buildMapping,
  buildSynthesis,
  cutSynthesis,
  type Precision,
  readSynthesisWeights,
} from '../../../generator/src/gan/index.ts';
import {
  float32,
  float32Data,
  halveWeights,
  readWeights,
  serialize,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../../shared.ts';
import { randomNetwork } from './direction-network.ts';

const runtime = createRuntime({ threads: 1 });
const plain = randomNetwork(5, { resolution: 16, channels: 6, dim: 8, noise: 0.1 });

async function draw(model: Uint8Array, ws: Float32Array, layers: number): Promise<Float32Array> {
  const session = await runtime.load(model);
  const outputs = await session.run({ ws: float32(ws, [2, layers, ws.length / 2 / layers]) }, ['image']);
  await session.release();
  return float32Data(outputs, 'image');
}

const latents = (layers: number, dim: number) => Float32Array.from(seedToLatent(1, 2 * layers * dim));

const apart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, v, k) => Math.max(most, Math.abs(v - b[k]!)), 0);

/** The picture of a file against that of the network built from what was read off it. */
async function parity(file: Uint8Array, precision: Precision): Promise<number> {
  const weights = readSynthesisWeights(file);
  const ws = latents(weights.layers, weights.wDim);
  const again = serialize(buildSynthesis(weights, { precision }));
  const [theirs, ours] = [
    await draw(file, ws, weights.layers),
    await draw(again, ws, weights.layers),
  ] as const;
  expect(apart(theirs, new Float32Array(theirs.length))).toBeGreaterThan(0.1);
  return apart(theirs, ours);
}

describe('readSynthesisWeights', () => {
  for (const precision of ['float32', 'float16-weights', 'float16'] satisfies Precision[])
    it(`${precision}: the network built again draws the same picture`, async () => {
      for (const weights of [plain, { ...plain, convClamp: 0.8 }]) {
        const file = serialize(buildSynthesis(weights, { precision }));
        expect(readSynthesisWeights(file).convClamp).toBeCloseTo(weights.convClamp ?? 0, 3);
        expect(await parity(file, precision)).toBeLessThan(1e-5);
      }
    });

  it('gives what was written: affines, noise, biases, RGB weights, and kernels up to their scale', () => {
    const read = readSynthesisWeights(serialize(buildSynthesis(plain)));
    expect([read.resolution, read.layers, read.wDim, read.blocks.length]).toEqual([16, 6, 8, 3]);
    const [ours, theirs] = [read.blocks[1]!, plain.blocks[1]!];
    expect(apart(ours.conv0!.affine.weight.data, theirs.conv0!.affine.weight.data)).toBeLessThan(1e-6);
    expect(
      apart(
        ours.conv1.noise,
        theirs.conv1.noise.map((v) => v * theirs.conv1.noiseStrength),
      ),
    ).toBeLessThan(1e-6);
    expect(apart(ours.toRgb.weight.data, theirs.toRgb.weight.data)).toBeLessThan(1e-6);
    const [kernel, true_] = [ours.conv0!.weight.data, theirs.conv0!.weight.data];
    const scale = kernel[0]! / true_[0]!;
    expect(
      apart(
        kernel,
        true_.map((v) => v * scale),
      ),
    ).toBeLessThan(1e-6);
  });

  it('reads files whose constants were halved afterwards, and cut ones', async () => {
    const whole = serialize(buildSynthesis(plain));
    expect(await parity(halveWeights(whole), 'float32')).toBeLessThan(1e-5);
    expect(await parity(cutSynthesis(whole, 8), 'float32')).toBeLessThan(1e-5);
  });

  it('reads the shipped model', async () => {
    const file = readFileSync(join(ROOT, 'models', 'portraits-128', 'synthesis.onnx'));
    expect(await parity(file, 'float32')).toBeLessThan(1e-5);
  });

  it('refuses other files by what it misses', () => {
    expect(() => readSynthesisWeights(Uint8Array.of(1, 2, 3))).toThrow(/synthesis: expected an ONNX model/);
    expect(() => readSynthesisWeights(serialize(buildMapping(plain)))).toThrow(/expected .*input ws.*got z/);
    expect(() => readSynthesisWeights(serialize(buildSynthesis(plain, { upsampling: 'phases' })))).toThrow(
      /expected b8\.conv0\.weight \[6,6,2,2\], got \[24,6,3,3\]/,
    );
  });
});

describe('readWeights', () => {
  it('gives a frozen network its weights by name, halves widened', () => {
    const weights = readWeights(
      readFileSync(join(ROOT, 'models', 'portraits-128', 'depth.onnx')),
      'depth.onnx',
    );
    expect(weights['depth.stem.conv.weight']).toHaveLength(32 * 3 * 25);
    expect(weights['depth.stem.norm.gamma']).toHaveLength(32);
  });
});
