import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { pearson } from '../../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/index.ts';
import { frontalPlaces, turnNoise } from '../../../generator/src/impostor/turn-noise.ts';
import { readModelManifest } from '../../../generator/src/pipeline/model-manifest.ts';
import { NOISE_MODES, type NoiseMode } from '../../../generator/src/pipeline/turning-noise.ts';
import { openDepth } from '../../../generator/src/pipeline/view-depth.ts';
import { openViewSource } from '../../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../../shared.ts';
import { uncalibratedModel } from '../cli/run.ts';

const MODEL = join(ROOT, 'models/portraits-128');
/** Of seed 3, whose light hair shows its strands. */
const [SEED, YAWS] = [3, [0, 20].map(radians)];
const platform = { files: createFiles(), runtime: createRuntime() };

/** Grey of a picture less that of another: what noise has drawn. */
const drawnBy = ({ data }: RgbImage, without: RgbImage): Float32Array => {
  const area = data.length / 3;
  return Float32Array.from(
    { length: area },
    (_, k) => [0, 1, 2].reduce((sum, c) => sum + data[c * area + k]! - without.data[c * area + k]!, 0) / 3,
  );
};

describe('noise that turns with the subject', () => {
  it('draws the frontal view as before, and takes its strands along to others', async () => {
    const views = {} as Record<NoiseMode, RgbImage[]>;
    for (const noise of NOISE_MODES) {
      const source = await openViewSource(platform, MODEL, { truncation: 0.8, refine: true, noise });
      views[noise] = await source.views(SEED, YAWS);
      await source.release();
    }
    const { constant, turning, none } = views;
    const apart = constant[0]!.data.reduce(
      (most, v, k) => Math.max(most, Math.abs(v - turning[0]!.data[k]!)),
      0,
    );
    expect(apart).toBeLessThan(0.005);

    const { manifest } = await readModelManifest(platform.files, MODEL);
    const depth = (await openDepth(platform, MODEL, manifest))!;
    const [, side] = await depth.say(none);
    const frontal = drawnBy(constant[0]!, none[0]!);
    const along = turnNoise(frontal, frontalPlaces(side!.width, side!, YAWS[1]!, depth.focal));
    const [turned, stayed] = [drawnBy(turning[1]!, none[1]!), drawnBy(constant[1]!, none[1]!)];
    const found = {
      turned: { along: pearson(turned, along), still: pearson(turned, frontal) },
      stayed: { along: pearson(stayed, along), still: pearson(stayed, frontal) },
    };
    console.log(JSON.stringify(found));
    expect(found.turned.along).toBeGreaterThan(0.35);
    expect(found.turned.still).toBeLessThan(0.1);
    expect(found.stayed.along).toBeLessThan(0.1);
    expect(found.stayed.still).toBeGreaterThan(0.35);
    await depth.release();
  });

  it('says what is missing where depth is not known', async () => {
    const options = { truncation: 0.8, refine: false, noise: 'turning' } as const;
    await expect(openViewSource(platform, uncalibratedModel(), options)).rejects.toThrow(
      /expected a model that knows depth to turn its noise by.*turnaround train .* --stage depth-pose/,
    );
  });
});
