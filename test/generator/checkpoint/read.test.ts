import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeCheckpoint, readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import type { Weight } from '../../../generator/src/gan/weights.ts';
import { golden } from '../../shared.ts';
import { byNvidiaName, expectedOf, goldenFile, goldenNames } from './files.ts';

const describeWeight = ({ shape, data }: Weight) => ({
  shape: [...shape],
  sha256: createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex'),
});

describe('checkpoints written by PyTorch', () => {
  it('has all golden files at hand', () => {
    expect(goldenNames()).toHaveLength(8);
  });

  describe.each(goldenNames())('%s', (name) => {
    const expected = expectedOf(name);
    const weights = readCheckpoint(goldenFile(name));

    it('reads every weight as PyTorch holds it, bit for bit', () => {
      const read = byNvidiaName(weights);
      for (const [weight, value] of Object.entries(expected.weights))
        expect(describeWeight(read.get(weight)!), weight).toEqual(value);
      const more = [...read.keys()].filter((key) => !(key in expected.weights));
      const unlisted = expected.summary.noise ? /^$/ : /\.noise_(strength|const)$/;
      expect(more.filter((key) => !unlisted.test(key))).toEqual([]);
    });

    it('has weights in blocks from 4² up', () => {
      expect(weights.blocks.map((block) => block.resolution)).toEqual(
        expected.summary.channels.map((_, i) => 4 * 2 ** i),
      );
      expect(weights.blocks.map((block) => block.conv0 === null)).toEqual(
        expected.summary.channels.map((_, i) => i === 0),
      );
    });

    it('is summed up as PyTorch counts it', () => {
      expect(describeCheckpoint(goldenFile(name))).toEqual(expected.summary);
    });
  });

  it('takes G_ema and not G', () => {
    const { weights } = expectedOf('nvidia-16');
    const read = byNvidiaName(readCheckpoint(goldenFile('nvidia-16')));
    expect(describeWeight(read.get('synthesis.b4.const')!)).toEqual(weights['synthesis.b4.const']);
  });

  it.each(['nvidia-16-half', 'rosinality-16-no-noises'])(
    'reads %s, which has no constant noise, as silent',
    (name) => {
      const { blocks } = readCheckpoint(goldenFile(name));
      for (const { resolution, conv0, conv1 } of blocks)
        for (const layer of conv0 ? [conv0, conv1] : [conv1]) {
          expect(layer.noiseStrength).toBe(0);
          expect(layer.noise).toEqual(new Float32Array(resolution * resolution));
        }
    },
  );

  it('holds fixtures with the storage orders and element types that are claimed', () => {
    const half = readFileSync(golden('checkpoint', 'nvidia-16-half.pkl'), 'latin1');
    for (const type of ['HalfStorage', 'BFloat16Storage', 'DoubleStorage']) expect(half).toContain(type);
    expect(readFileSync(golden('checkpoint', 'nvidia-64-protocol2.pkl'), 'latin1')).toContain('_codecs');
  });
});

describe('the bytes given', () => {
  const file = goldenFile('rosinality-32');
  const expected = byNvidiaName(readCheckpoint(file));

  it.each([1, 2, 3])('may lie %i bytes into a larger buffer', (offset) => {
    const larger = new Uint8Array(file.length + 8);
    larger.set(file, offset);
    const view = larger.subarray(offset, offset + file.length);
    expect(byNvidiaName(readCheckpoint(view))).toEqual(expected);
  });

  it('are not changed, and may change once they were read', () => {
    const copy = Uint8Array.from(file);
    const weights = readCheckpoint(copy);
    expect(copy).toEqual(Uint8Array.from(file));
    copy.fill(0xff);
    expect(byNvidiaName(weights)).toEqual(expected);
  });
});
