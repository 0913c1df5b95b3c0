import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeCheckpoint, readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';

describe.skipIf(!hasShared)(`the portraits checkpoints${sharedReason}`, () => {
  it.each([
    ['portraits-128.pt', 128, [128, 128, 128, 64, 32, 16]],
    ['drifting-64.pt', 64, [128, 128, 128, 64, 32]],
  ])('%s', (file, resolution, channels) => {
    const bytes = readFileSync(portraits(file));
    const summary = describeCheckpoint(bytes);
    expect(summary).toMatchObject({
      format: 'rosinality',
      resolution,
      zDim: 256,
      wDim: 256,
      mappingLayers: 6,
      mappingLearningRate: 0.01,
      layers: 2 * channels.length,
      channels,
      wAverage: true,
      convClamp: null,
      noise: true,
    });
    const { blocks, constant, mapping } = readCheckpoint(bytes);
    expect(constant.shape).toEqual([128, 4, 4]);
    expect(mapping.map((layer) => layer.weight.shape)).toEqual(new Array(6).fill([256, 256]));
    let inputs = 128;
    blocks.forEach(({ conv0, conv1, toRgb, resolution: size }, i) => {
      const outputs = channels[i]!;
      if (conv0) expect(conv0.weight.shape).toEqual([outputs, inputs, 3, 3]);
      expect(conv1.weight.shape).toEqual([outputs, outputs, 3, 3]);
      expect(conv1.affine.weight.shape).toEqual([outputs, 256]);
      expect(conv1.noise).toHaveLength(size * size);
      expect(toRgb.weight.shape).toEqual([3, outputs, 1, 1]);
      inputs = outputs;
    });
  });
});
