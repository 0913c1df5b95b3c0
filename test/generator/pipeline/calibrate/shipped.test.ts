import { degrees, radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { openCalibrated } from '../../../../generator/src/pipeline/calibrate/calibrated-model.ts';
import { loadGanModel } from '../../../../generator/src/pipeline/gan-model.ts';
import { requireDirection, turningSubject } from '../../../../generator/src/pipeline/sweep.ts';
import { openViewSource } from '../../../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { createRuntime } from '../../../../generator/src/platform/onnx-runtime.ts';
import { askedYawFigures } from '../../../bench/truth/asked-yaw.ts';
import { openJudge } from '../../../bench/truth/judge.ts';
import { hasShared, portraits, sharedReason } from '../../../shared.ts';
import { MODEL } from '../../cli/run.ts';

const ASKED = [-40, -20, 0, 20, 40].map(radians);
const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];

describe('the shipped calibration', () => {
  it.skipIf(!hasShared)(
    `shows the degrees that were asked for, by the shared judge${sharedReason}`,
    async () => {
      const runtime = createRuntime();
      const platform = { files: createFiles(), runtime };
      const source = await openViewSource(platform, MODEL, { truncation: 0.8, refine: false });
      const judge = await openJudge(runtime, portraits('judges/judge.onnx'));
      const [asked, read]: [number[], number[]] = [[], []];
      for (const seed of SEEDS) {
        asked.push(...ASKED);
        read.push(...(await judge.readYaw(await source.views(seed, ASKED))));
      }
      const { medianDeg, scale } = askedYawFigures(asked, read);
      expect(medianDeg).toBeLessThanOrEqual(4);
      expect(scale).toBeGreaterThan(0.85);
      expect(scale).toBeLessThan(1.15);
      await Promise.all([judge.release(), source.release()]);
    },
  );

  it('gives each subject a curve of its own that never falls', async () => {
    const runtime = createRuntime();
    const files = createFiles();
    const model = await loadGanModel(files, runtime, MODEL);
    const calibrated = (await openCalibrated({ files, runtime }, MODEL, model))!;
    const direction = requireDirection(model.manifest, MODEL);
    const middles: number[] = [];
    for (const seed of [0, 1, 2]) {
      const { yaw } = await calibrated.curveOf(await turningSubject(model, direction, seed, 0.8));
      for (let k = 1; k < yaw.length; k++) expect(yaw[k]).toBeGreaterThanOrEqual(yaw[k - 1]!);
      middles.push(degrees(yaw[yaw.length >> 1]!));
    }
    expect(new Set(middles.map((middle) => middle.toFixed(2))).size).toBe(3);
    await Promise.all([calibrated.release(), model.release()]);
  });
});
