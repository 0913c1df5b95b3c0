import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mendRim, radians, validateLiveManifest } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mean, psnr } from '../../../../generator/src/evaluation/index.ts';
import { truncate } from '../../../../generator/src/gan/latents/index.ts';
import { float32, float32Data, serialize } from '../../../../generator/src/graph/index.ts';
import { createFlatMatte, cutoutToRgba, type RgbImage } from '../../../../generator/src/impostor/index.ts';
import { exportLive } from '../../../../generator/src/pipeline/export/index.ts';
import { type ModelManifest, readModelManifest } from '../../../../generator/src/pipeline/model-manifest.ts';
import { readShape } from '../../../../generator/src/pipeline/refine/open-refiner.ts';
import { openDepth } from '../../../../generator/src/pipeline/view-depth.ts';
import { openViewSource, viewSource } from '../../../../generator/src/pipeline/view-source.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import {
  buildRefiner,
  COARSE_LAYERS,
  REFINER_CONFIG,
  type SamplerOptions,
} from '../../../../generator/src/refiner/index.ts';
import { MODEL } from '../../cli/run.ts';
import { refinerWeights, runtime } from '../../refiner/toy.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = createFiles();
const platform = { files, runtime };
const TRUNCATION = 0.8;
const SEED = 3;
const YAWS = [-40, 0, 25].map(radians);
const [refined, bare] = [join(folder, 'refined'), join(folder, 'bare')];

const edited = (model: string, change: (manifest: ModelManifest) => object): void => {
  const path = join(model, 'model.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
};

/** The shipped model, and the same with a refiner that no one has trained but that moves latents. */
beforeAll(async () => {
  cpSync(MODEL, bare, { recursive: true });
  edited(bare, (manifest) => ({ ...manifest, refiner: null }));
  cpSync(bare, refined, { recursive: true });
  const { manifest } = await readModelManifest(files, refined);
  const shape = await readShape(files, refined, manifest, COARSE_LAYERS);
  const bytes = serialize(
    buildRefiner(refinerWeights(shape, REFINER_CONFIG.net, 0.01), shape, REFINER_CONFIG.net),
  );
  writeFileSync(join(refined, 'refiner.onnx'), bytes);
  edited(refined, (own) => ({
    ...own,
    files: { ...own.files, 'refiner.onnx': { sha256: files.sha256(bytes), bytes: bytes.byteLength } },
    refiner: {
      key: '0'.repeat(64),
      config: REFINER_CONFIG.name,
      steps: 1,
      subjects: 4,
      calibration: own.calibration!.key,
      layers: [COARSE_LAYERS.from, COARSE_LAYERS.to],
      sampler: REFINER_CONFIG.sampler,
      // −40° lies beyond it.
      reach: 30,
    },
  }));
});

/** Pictures, alpha and depth of the written file. */
async function drawLive(path: string) {
  const source = await openViewSource(platform, bare, { truncation: TRUNCATION, refine: false });
  const { wDim, layers, wAverage, resolution: side } = source.model.manifest;
  const w = truncate(await source.model.mapSeed(SEED), Float32Array.from(wAverage), TRUNCATION);
  await source.release();
  const count = YAWS.length;
  const session = await runtime.load(await files.read(path));
  const outputs = await session.run({
    w: float32(
      Float32Array.from({ length: count * wDim }, (_, i) => w[i % wDim]!),
      [count, wDim],
    ),
    edit: float32(new Float32Array(count * layers * wDim), [count, layers, wDim]),
    yaw: float32(Float32Array.from(YAWS), [count]),
  });
  await session.release();
  const planes = (name: string, channels: number) => {
    const data = float32Data(outputs, name);
    const size = channels * side * side;
    return YAWS.map((_, k) => data.slice(k * size, (k + 1) * size));
  };
  const pictures = planes('image', 3).map((data): RgbImage => ({ width: side, height: side, data }));
  return { pictures, alpha: planes('alpha', 1), depth: planes('depth', 1) };
}

/** What `generate` draws, at the model's zero and curve. */
async function drawInSteps(model: string, refine: boolean) {
  const own = await openViewSource(platform, model, { truncation: TRUNCATION, refine });
  const { curve } = own.calibrated!;
  const source = viewSource(
    {
      ...own,
      direction: { ...own.direction, zeroWeight: 0 },
      calibrated: {
        ...own.calibrated!,
        curveOf: async () => curve,
      },
    },
    TRUNCATION,
  );
  const pictures = (await source.views(SEED, YAWS)).map((picture) => ({
    ...picture,
    data: picture.data.map((value) => Math.min(1, Math.max(-1, value))),
  }));
  const cuts = await createFlatMatte().cut(pictures);
  const depth = (await openDepth(platform, model, own.model.manifest))!;
  const depths = await depth.read(pictures, cuts.map(cutoutToRgba));
  await depth.release();
  await source.release();
  return { pictures, alpha: cuts.map(({ alpha }) => alpha), depth: depths.map(({ data }) => data) };
}

const lowestPsnr = (a: readonly RgbImage[], b: readonly RgbImage[]): number =>
  Math.min(...a.map((picture, k) => psnr(picture, b[k]!)));

describe('exportLive', () => {
  it.each([
    ['without a refiner', bare, true],
    ['with a refiner', refined, true],
    ['with a refiner that is left out', refined, false],
  ])('draws what generate draws, %s', async (_, model, refine) => {
    const mended = refine && model === refined;
    const result = await exportLive(platform, { model, out: null, refine, half: false });
    const bytes = readFileSync(join(model, 'live.onnx'));
    expect(result).toEqual({
      out: `${model}/live.onnx`,
      bytes: bytes.byteLength,
      sha256: files.sha256(bytes),
      manifest: `${model}/live.json`,
      refined: mended,
      refiner: model === refined,
      half: null,
      halfOut: null,
    });
    const described = validateLiveManifest(JSON.parse(readFileSync(join(model, 'live.json'), 'utf8')));
    expect(described).toMatchObject({ refined: mended, half: false });
    expect(described.files['live.onnx']).toEqual({ sha256: result.sha256, bytes: result.bytes });
    const live = await drawLive(result.out);
    const side = live.pictures[0]!.width;
    const steps = await drawInSteps(model, mended);
    expect(lowestPsnr(live.pictures, steps.pictures)).toBeGreaterThan(45);
    for (const [k, alpha] of live.alpha.entries()) {
      // Two mattes: this one sees a single picture.
      expect(mean([...alpha].map((value, i) => Math.abs(value - steps.alpha[k]![i]!)))).toBeLessThan(0.03);
      // Files hold depth with its rim mended, by a matte of their own.
      const covered = (i: number): boolean => steps.alpha[k]![i]! >= 0.5;
      const own = mendRim(live.depth[k]!, covered, side, side);
      const inside = steps.depth[k]!.map((value, i) =>
        Number.isFinite(value) && own[i]! > 0 ? Math.abs(value - own[i]!) : 0,
      );
      expect(Math.max(...inside)).toBeLessThan(1e-3);
    }
    if (mended)
      expect(lowestPsnr(live.pictures, (await drawInSteps(model, false)).pictures)).toBeLessThan(40);
  });

  it('stores weights as float16 where that changes no picture', async () => {
    const whole = await exportLive(platform, { model: refined, out: null, refine: true, half: false });
    const elsewhere = join(folder, 'elsewhere');
    const out = join(elsewhere, 'live.onnx');
    const half = await exportLive(platform, { model: refined, out, refine: true, half: true });
    const computed = join(elsewhere, 'live.half.onnx');
    expect(half).toMatchObject({ out, manifest: join(elsewhere, 'live.json'), halfOut: computed });
    expect(readdirSync(elsewhere)).toEqual(['live.half.onnx', 'live.json', 'live.onnx', 'mapping.onnx']);
    const described = validateLiveManifest(JSON.parse(readFileSync(half.manifest!, 'utf8')));
    expect(described.half).toBe(true);
    for (const [name, { sha256, bytes }] of Object.entries(described.files)) {
      const file = readFileSync(join(elsewhere, name));
      expect({ sha256, bytes }).toEqual({ sha256: files.sha256(file), bytes: file.byteLength });
    }
    // The synthesis network is in half precision already.
    const exact = await drawLive(whole.out);
    for (const path of [out, computed]) {
      expect(statSync(path).size / whole.bytes).toBeLessThan(0.6);
      expect(lowestPsnr(exact.pictures, (await drawLive(path)).pictures)).toBeGreaterThanOrEqual(40);
    }
    expect(half.half!.pictureDb).toBeGreaterThanOrEqual(40);
    expect(half.half!.depth).toBeLessThan(1e-3);
  });

  it('describes no file that browsers do not look for', async () => {
    const out = join(folder, 'named', 'mine.onnx');
    const result = await exportLive(platform, { model: bare, out, refine: false, half: false });
    expect(result.manifest).toBe(null);
    expect(readdirSync(join(folder, 'named'))).toEqual(['mine.onnx']);
  });

  it.each([
    [
      'that nothing describes',
      { config: 'mine' },
      /known \(turnaround, drifting, polished, paper, paper-mean\).*got mine's/,
    ],
    [
      'that runs in many steps',
      {
        sampler: {
          kind: 'ddim',
          steps: 7,
          start: 0.5,
          seed: 0,
          schedule: 'cosine',
        } satisfies SamplerOptions,
      },
      /mends in one step.*7 steps of noise/,
    ],
    ['of another calibration', { calibration: '1'.repeat(64) }, /refiner of this calibration/],
  ])('refuses a refiner %s', async (name, change, message) => {
    const model = join(folder, name);
    cpSync(refined, model, { recursive: true });
    edited(model, (manifest) => ({ ...manifest, refiner: { ...manifest.refiner, ...change } }));
    const options = { model, out: null, half: false };
    await expect(exportLive(platform, { ...options, refine: true })).rejects.toThrow(message);
  });
});
