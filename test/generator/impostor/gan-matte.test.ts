import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { createFlatMatte } from '../../../generator/src/impostor/matte/index.ts';
import { components, maskOf } from '../../../generator/src/impostor/matte/mask.ts';
import { loadGanModel } from '../../../generator/src/pipeline/gan-model.ts';
import { requireDirection } from '../../../generator/src/pipeline/sweep.ts';
import { viewSource } from '../../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../../shared.ts';

const MODEL = join(ROOT, 'models', 'portraits-128');

describe.skipIf(!existsSync(join(MODEL, 'model.json')))('flat matte on the shipped model', () => {
  it('cuts 16 seeds in one piece, without holes, the backdrop left out', async () => {
    const model = await loadGanModel(createFiles(), createRuntime(), MODEL);
    const direction = requireDirection(model.manifest, MODEL);
    const tools = { model, direction, calibrated: null, refiner: null, polisher: null, turning: null };
    const source = viewSource(tools, 0.8);
    const matte = createFlatMatte();
    const yaws = [-40, -5, 30].map(radians);
    for (let seed = 0; seed < 16; seed++) {
      const cuts = await matte.cut(await source.views(seed, yaws));
      for (const { width, height, alpha } of cuts) {
        const inside = components(
          maskOf(width, height, (i) => alpha[i]! >= 0.5),
          8,
        );
        expect(inside.sizes.slice(1), `seed ${seed}`).toHaveLength(1);
        const area = inside.sizes[1]! / (width * height);
        expect(area > 0.25 && area < 0.75, `seed ${seed} covers ${area}`).toBe(true);
        const outside = components(
          maskOf(width, height, (i) => alpha[i]! < 0.5),
          4,
        );
        const atFrame = new Set<number>();
        for (let x = 0; x < width; x++)
          atFrame.add(outside.labels[x]!).add(outside.labels[x + width * (height - 1)]!);
        for (let y = 0; y < height; y++)
          atFrame.add(outside.labels[y * width]!).add(outside.labels[(y + 1) * width - 1]!);
        const holes = outside.sizes.filter((_, label) => label > 0 && !atFrame.has(label));
        expect(Math.max(0, ...holes), `seed ${seed}`).toBeLessThanOrEqual(4);
      }
    }
  });
});
