import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureGrid } from '../../../generator/src/impostor/index.ts';
import { modelViews, type ReconstructionViews } from '../../../generator/src/pipeline/export/index.ts';
import { writeColmap } from '../../../generator/src/pipeline/export/write-colmap.ts';
import type { Platform } from '../../../generator/src/pipeline/platform.ts';
import type { NoiseMode } from '../../../generator/src/pipeline/turning-noise.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import {
  drawCloud,
  FUSE_DEFAULTS,
  fuseDepth,
  type PointCloud,
} from '../../../generator/src/reconstruction/index.ts';
import { hasShared, ROOT, sharedReason } from '../../shared.ts';
import { type ColmapRun, depthErrors, hasColmap, reprojection, runColmap, turnErrors } from './colmap-run.ts';
import { TRUE_FOCAL, trueViews } from './true-views.ts';

const reason = hasColmap ? '' : ' (skipped: no /usr/bin/colmap; apt-get install colmap)';
const MODEL = join(ROOT, 'models/portraits-128');
const SEEDS = [0, 3];
/** SIFT finds next to nothing in a face of 128². */
const UPSCALE = 4;

/**
 * Yaw from which a point's depth is well conditioned, radians. A pixel of 512² is 4.2e-4 wide at the pivot: that is .008 of
 * depth for views 3° apart, .0016 at 15°.
 */
const WIDE = radians(15);

const folder = mkdtempSync(join(tmpdir(), 'turnaround-colmap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const platform: Platform = {
  files: createFiles(),
  images: createImageCodec(),
  runtime: createRuntime({ device: 'cpu', threads: 1 }),
  openTraining() {
    throw new Error('nothing is trained here');
  },
  signal: new AbortController().signal,
  progress() {},
  warn(message) {
    throw new Error(message);
  },
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

interface Figures {
  readonly registered: number;
  readonly pieces: number;
  readonly mappedPoints: number;
  readonly turnErrorDeg: number;
  readonly points: number;
  readonly reprojectionPx: number;
  readonly depthError: number;
  /** Of points whose views are `WIDE` apart. */
  readonly wideDepthError: number;
}

/** Exports views, runs the README's commands on them, and says what came out. */
async function reconstruct(name: string, views: ReconstructionViews): Promise<Figures & { run: ColmapRun }> {
  const out = join(folder, name);
  await writeColmap(platform, out, views, UPSCALE);
  const { width, height } = views.views[0]!.image;
  const run = runColmap(out, { width: UPSCALE * width, height: UPSCALE * height, focal: views.focal });
  const largest = run.mapped[0];
  const figures = {
    registered: largest?.images.length ?? 0,
    pieces: run.mapped.length,
    mappedPoints: largest?.points.length ?? 0,
    turnErrorDeg: largest ? median(turnErrors(largest, views.views)) : Number.NaN,
    points: run.triangulated.points.length,
    reprojectionPx: median(reprojection(run.triangulated)),
    depthError: median(depthErrors(run.triangulated, views.views, UPSCALE, 0).map(Math.abs)),
    wideDepthError: median(depthErrors(run.triangulated, views.views, UPSCALE, WIDE).map(Math.abs)),
  };
  console.log(`${name}: ${JSON.stringify(figures)}`);
  await drawBeside(name, views, run);
  return { ...figures, run };
}

/** `out/colmap-<name>.png`: our fused depth above COLMAP's points, both from the front, three-quarter and side. */
async function drawBeside(
  name: string,
  views: ReconstructionViews,
  { triangulated }: ColmapRun,
): Promise<void> {
  const { points } = triangulated;
  const sparse = {
    count: points.length,
    positions: Float32Array.from(points.flatMap(({ at }) => at)),
    // COLMAP's points have no surface: they are seen from all sides.
    normals: new Float32Array(3 * points.length),
    colours: Uint8Array.from(points.flatMap(({ colour }) => colour)),
  };
  const yaws = [0, 40, 80];
  const row = (cloud: PointCloud, size: number) =>
    yaws.map((yaw) =>
      drawCloud(
        cloud,
        { yaw: radians(yaw), pitch: 0 },
        { side: 384, focal: views.focal, size, shading: 'colour' },
      ),
    );
  const sheet = pictureGrid(
    [
      { label: 'fused', pictures: row(fuseDepth(views.views, views.focal), 1.8 * FUSE_DEFAULTS.cell) },
      { label: 'sparse', pictures: row(sparse, 1.8 * FUSE_DEFAULTS.cell) },
    ],
    { cell: 384, columns: yaws.map((yaw) => `${yaw}°`) },
  );
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  await platform.files.write(join(ROOT, 'out', `colmap-${name}.png`), await platform.images.encodePng(sheet));
}

/** What `export --colmap` writes of a seed, where noise is `none`. */
const exported = (seed: number, refine: boolean, noise: NoiseMode): Promise<ReconstructionViews> =>
  modelViews(
    platform,
    {
      ...{ model: MODEL, seed, views: 30, truncation: 0.8, refine, matte: null },
      range: { minimum: radians(-45), maximum: radians(45) },
    },
    noise,
  );

describe.skipIf(!hasColmap)(`COLMAP on exported views${reason}`, () => {
  it.skipIf(!hasShared)(`finds true renders' cameras where we put them${sharedReason}`, async () => {
    const views = await trueViews(0, radians(45));
    const found = await reconstruct('truth', { views, focal: TRUE_FOCAL, subject: 'sweep 0', refined: null });
    expect(views.length).toBe(37);
    expect(found.registered).toBeGreaterThanOrEqual(35);
    expect(found.turnErrorDeg).toBeLessThan(0.5);
    expect(found.points).toBeGreaterThan(1000);
    expect(found.reprojectionPx).toBeLessThan(1.5);
    // Two widths of a pixel of 128².
    expect(found.depthError).toBeLessThan(0.0034);
  });

  const { files } = JSON.parse(readFileSync(join(MODEL, 'model.json'), 'utf8'));
  const kinds = files['refiner.onnx'] ? [false, true] : [false];
  it.each(SEEDS.flatMap((seed) => kinds.map((refine) => ({ seed, refine }))))(
    'triangulates 30 views of seed $seed, refined: $refine, where our depth is',
    async ({ seed, refine }) => {
      const found = await reconstruct(
        `seed-${seed}-${refine ? 'refined' : 'unrefined'}`,
        await exported(seed, refine, 'none'),
      );
      expect(found.run.triangulated.images.length).toBe(30);
      expect(found.points).toBeGreaterThan(300);
      expect(found.reprojectionPx).toBeLessThan(2);
      // Heads are .2 deep.
      expect(found.wideDepthError).toBeLessThan(0.008);
    },
  );

  it('puts what the network draws by its noise on the axis about which heads turn', async () => {
    const found = await reconstruct('seed-3-noise', await exported(3, false, 'constant'));
    expect(found.registered).toBe(30);
    expect(found.wideDepthError).toBeGreaterThan(0.01);
  });
});
