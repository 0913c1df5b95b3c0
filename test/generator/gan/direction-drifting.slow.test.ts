import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spearman } from '../../../generator/src/evaluation/index.ts';
import { findDirection } from '../../../generator/src/gan/direction/index.ts';
import { float32, float32Data } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';
import { openInput } from './direction-network.ts';
import { checkpoint, FEW, OTHERS, sweeps } from './direction-trial.ts';

describe.skipIf(!hasShared)(`the direction of drifting-64${sharedReason}`, () => {
  it('is found, and turns to the viewer’s right by the supervised judge', async () => {
    const weights = checkpoint('drifting-64.pt');
    const input = await openInput(weights, 4000);
    const { found, best, candidates } = await findDirection(input, FEW);
    expect(found).toBe(true);
    // Two components turn there (refiner.md, part 1: .58 and .68), and SeFa vectors near them.
    expect(candidates[0]!.score!).toBeLessThan(0.7);
    if (best!.kind === 'pca') expect([2, 3]).toContain(best!.index);
    const session = await createRuntime().load(
      new Uint8Array(readFileSync(portraits('judges', 'judge.onnx'))),
    );
    const steps = [-1.5, -0.75, 0, 0.75, 1.5];
    let slopes = 0;
    for (const batch of await sweeps(weights, input, best!, steps)) {
      const yaw = float32Data(
        await session.run({ image: float32(batch, [steps.length, 3, 64, 64]) }, ['yaw']),
        'yaw',
      );
      expect(spearman([...yaw], steps)).toBeGreaterThanOrEqual(0.9);
      slopes += (yaw.at(-1)! - yaw[0]!) / 3 / OTHERS.count;
    }
    // A blob's warp gives two thirds of what such a GAN turns.
    expect(best!.degreesPerSigma / slopes).toBeGreaterThan(0.4);
    expect(best!.degreesPerSigma / slopes).toBeLessThan(1.3);
  });
});
