import { join } from 'node:path';
import { degrees, radians } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spearman } from '../../../generator/src/evaluation/index.ts';
import { toRgb } from '../../../generator/src/impostor/image.ts';
import { type GanModel, loadGanModel } from '../../../generator/src/pipeline/gan-model.ts';
import { requireDirection } from '../../../generator/src/pipeline/sweep.ts';
import { viewSource } from '../../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { type FaceReader, openFaceReader } from '../../facemesh.ts';
import { hasShared, portraits, ROOT, sharedReason } from '../../shared.ts';

const MODEL = join(ROOT, 'models/portraits-128');
const SEEDS = Array.from({ length: 16 }, (_, seed) => seed);
/** Facemesh is reliable to about ±45°. */
const ASKED = [-40, -30, -20, -10, 0, 10, 20, 30, 40];

let reader: FaceReader;
let model: GanModel;
beforeAll(async () => {
  reader = await openFaceReader();
  model = await loadGanModel(createFiles(), createRuntime(), MODEL);
});
afterAll(async () => {
  reader?.dispose();
  await model?.release();
});

describe('facemesh', () => {
  it.skipIf(!hasShared)(`reads the yaw of renders whose yaw is known${sharedReason}`, async () => {
    const codec = createImageCodec();
    for (const subject of ['00', '07']) {
      const truth = ASKED.filter((_, k) => k % 2 === 0);
      const read: number[] = [];
      for (const yaw of truth) {
        const view = String((yaw + 60) / 2.5).padStart(2, '0');
        const bytes = await createFiles().read(portraits('sweeps', subject, `${view}.webp`));
        read.push(degrees(reader.readYaw(toRgb(await codec.decode(bytes)))));
      }
      expect(spearman(read, truth)).toBeCloseTo(1, 12);
      for (const [k, yaw] of truth.entries()) expect(Math.abs(read[k]! - yaw)).toBeLessThan(9);
    }
  });
});

describe("the shipped model's direction", () => {
  it('is yaw, positive to the viewer’s right, by a judge that the search did not use', async () => {
    const direction = requireDirection(model.manifest, MODEL);
    const tools = { model, direction, calibrated: null, refiner: null, polisher: null, turning: null };
    const source = viewSource(tools, 0.8);
    const correlations: number[] = [];
    const reached: [number, number][] = [];
    for (const seed of SEEDS) {
      const images = await source.views(seed, ASKED.map(radians));
      const read = images.map((image) => degrees(reader.readYaw(image)));
      correlations.push(spearman(read, ASKED));
      reached.push([Math.min(...read), Math.max(...read)]);
    }
    console.log('Spearman', correlations.map((r) => r.toFixed(3)).join(' '));
    console.log(
      'reached',
      reached.map(([least, most]) => `${least.toFixed(0)}..${most.toFixed(0)}`).join(' '),
    );
    expect(correlations.filter((r) => r >= 0.95).length).toBeGreaterThanOrEqual(14);
    const far = reached.filter(([least, most]) => least <= -25 && most >= 25);
    expect(far.length).toBeGreaterThanOrEqual(14);
  });
});
