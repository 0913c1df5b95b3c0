import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import {
  type CandidateKey,
  CandidateVectors,
  DIRECTION_DEFAULTS,
  describeDirection,
  LEAST_WARP_GAIN,
  learnDirection,
  parseDirectionId,
  Sweeper,
} from '../../../generator/src/gan/direction/index.ts';
import { truncate } from '../../../generator/src/gan/latents/index.ts';
import { mirrorRatio, PAIRS } from '../../bench/truth/direction-bench.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';
import { openTrainableInput } from './direction-network.ts';

const LAYERS = { from: 0, to: 6 };

describe.skipIf(!hasShared)(`the direction of drifting-64 by gradient${sharedReason}`, () => {
  it('turns a subject into its mirror image as no component does, on subjects that it did not learn from', async () => {
    const weights = readCheckpoint(new Uint8Array(readFileSync(portraits('drifting-64.pt'))));
    const input = await openTrainableInput(weights, 6000);
    const start = parseDirectionId('pca:3:0-4', weights.layers, weights.wDim);
    const component = new CandidateVectors(input).direction(start);
    const others = 5950 * weights.wDim;
    const seen = { ...input, samples: input.samples.subarray(0, others) };
    const learned = await learnDirection(seen, LAYERS, component, {
      ...DIRECTION_DEFAULTS,
      onStep: () => {},
    });

    const w = truncate(input.samples.subarray(others), input.wAverage, 0.8);
    const ratioOf = async (key: CandidateKey): Promise<number> => {
      const direction = new CandidateVectors(input).direction(key);
      const drawing = { ...input, mean: input.pca.mean, batch: 16, signal: null };
      return mirrorRatio(new Sweeper(drawing, direction, key.layers, w), 0, PAIRS);
    };
    const mirror: CandidateKey = { kind: 'mirror', index: 0, layers: LAYERS, learned: learned! };
    const [before, after] = [await ratioOf(start), await ratioOf(mirror)];
    console.log('mirror ratio', before.toFixed(3), '->', after.toFixed(3));
    expect(before).toBeGreaterThan(0.55);
    expect(after).toBeLessThan(0.4);
    const described = await describeDirection(input, mirror);
    expect(described.warpGain).toBeGreaterThan(LEAST_WARP_GAIN);
  });
});
