import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { psnr } from '../../generator/src/evaluation/index.ts';
import { truncate } from '../../generator/src/gan/latents/index.ts';
import { float32, float32Data } from '../../generator/src/graph/index.ts';
import { exportLive } from '../../generator/src/pipeline/export/index.ts';
import { loadGanModel } from '../../generator/src/pipeline/gan-model.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../shared.ts';
import { makeHalfBrowser } from './half-gpu/half-browser.ts';

/**
 * Half precision where the GPU computes in it: a browser whose WebGPU is Mesa's. Babylon's own pictures come by WebGL, for
 * Chromium shows none that this GPU has drawn.
 */
const made = makeHalfBrowser();
const browser = typeof made === 'string' ? null : made;
if (browser) process.env.TURNAROUND_CHROMIUM = browser.executable;
const live = await import('./live-stage.ts');

const folder = mkdtempSync(join(tmpdir(), 'turnaround-live-half-'));
afterAll(() => {
  browser?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const MODEL = join(ROOT, 'models/portraits-128');
const SEEDS = [3, 4, 5];
const YAWS = [-0.6, 0, 0.4];

describe.skipIf(!browser)(`with shader-f16${browser ? '' : ` (${made})`}`, () => {
  test.each([true, false])(
    'computes in half precision if it may (%s), and shows what whole numbers do',
    async (allowed) => {
      const { picture, halves, half, fetched } = await live.seenInHalf('webgl2', {
        ...{ backend: 'webgpu', half: allowed },
      });
      expect(halves).toBe(true);
      expect(half).toBe(allowed);
      expect(fetched).toEqual([allowed ? 'live.half.onnx' : 'live.onnx', 'mapping.onnx']);
      expect(psnr(picture, await live.expectedPicture(3, 0))).toBeGreaterThan(40);
      expect(live.stage.complaints).toEqual([]);
    },
  );

  test('draws portraits-128 within 40 dB of whole numbers, and depth and alpha likewise', async () => {
    const platform = { files: createFiles(), runtime: createRuntime() };
    const whole = join(folder, 'whole.onnx');
    await exportLive(platform, { model: MODEL, out: whole, refine: true, half: false });
    const { halfOut } = await exportLive(platform, {
      ...{ model: MODEL, refine: true, half: true },
      out: join(folder, 'live.onnx'),
    });
    live.served.add('computed.onnx', readFileSync(halfOut!));
    const model = await loadGanModel(platform.files, platform.runtime, MODEL);
    const { wDim, layers, wAverage } = model.manifest;
    const network = await platform.runtime.load(readFileSync(whole));
    await live.open('webgl2');
    /** Lowest of each output, dB of its range: colours −1..1, alpha 0..1, and a head spans .2 of depth. */
    const worst: Record<string, number> = {};
    for (const [k, seed] of SEEDS.entries()) {
      const w = truncate(await model.mapSeed(seed), Float32Array.from(wAverage), 0.8);
      const inputs = {
        w: { data: [...w], shape: [1, wDim] },
        edit: { data: new Array<number>(layers * wDim).fill(0), shape: [1, layers, wDim] },
        yaw: { data: [YAWS[k]!], shape: [1] },
      };
      const got = await live.stage.page.evaluate(
        (given) => window.liveBench.graphOutputs('webgpu', 'computed.onnx', given),
        inputs,
      );
      const wanted = await network.run(
        Object.fromEntries(
          Object.entries(inputs).map(([name, { data, shape }]) => [
            name,
            float32(Float32Array.from(data), shape),
          ]),
        ),
      );
      for (const [name, range] of Object.entries({ image: 2, alpha: 1, depth: 0.2 })) {
        const [one, other] = [float32Data(wanted, name), Float32Array.from(got[name]!)];
        const error = one.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0) / one.length;
        worst[name] = Math.min(worst[name] ?? Infinity, 10 * Math.log10(range ** 2 / error));
      }
    }
    console.log(`half precision on a GPU: ${JSON.stringify(worst)} dB`);
    expect(Object.keys(worst)).toEqual(['image', 'alpha', 'depth']);
    for (const [name, found] of Object.entries(worst)) expect(found, name).toBeGreaterThan(40);
    await Promise.all([model.release(), network.release()]);
  });
});
