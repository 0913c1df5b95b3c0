import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { validateBytes } from 'gltf-validator';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateCharacters } from '../../generator/src/pipeline/generate.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../generator/src/platform/worker-training-runtime.ts';
import { ROOT } from '../shared.ts';
import { launchBrowser } from './browser.ts';
import { type Served, serveStage } from './serve.ts';
import { expectViewsToMatch, openStage, type StagePage, type StoredView } from './stage-page.ts';

/** Characters of the shipped model, from seed to screen. */

const SEEDS = [0, 3];
const folder = mkdtempSync(join(tmpdir(), 'turnaround-e2e-'));
let served: Served;
let browser: Browser;
let stage: StagePage;

beforeAll(async () => {
  const platform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime(),
    signal: new AbortController().signal,
    progress: () => {},
    openTraining: () => createWorkerTrainingRuntime(),
    warn: () => {},
  };
  const generated = generateCharacters(platform, {
    model: join(ROOT, 'models/portraits-128'),
    seeds: SEEDS,
    out: folder,
    views: 5,
    range: { minimum: radians(-40), maximum: radians(40) },
    truncation: 0.8,
    matte: null,
    format: 'webp',
    triangles: 2000,
    geometry: 'plain',
    keepViews: true,
    refine: null,
    polish: 0,
  });
  [served, browser] = await Promise.all([serveStage(), launchBrowser(), generated]);
  stage = await openStage(browser, served);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(SEEDS)('seed %d is a glTF of which the validator knows all but the extension', async (seed) => {
  const { issues } = await validateBytes(new Uint8Array(readFileSync(join(folder, `${seed}.glb`))));
  const codes = new Set(issues.messages.map(({ code }) => code));
  codes.delete('IMAGE_NPOT_DIMENSIONS');
  // Both atlases are read by the extension alone, which the validator does not look into; the mesh has a texture of its own.
  const unused = issues.messages.filter(({ code }) => code === 'UNUSED_OBJECT');
  expect(unused.map(({ pointer }) => pointer)).toEqual(['/textures/1', '/textures/2']);
  codes.delete('UNUSED_OBJECT');
  expect([issues.numErrors, issues.numWarnings, ...codes]).toEqual([0, 0, 'UNSUPPORTED_EXTENSION']);
});

// Software GPUs march slowly, and the back ends are held to one reference elsewhere.
describe.each([
  ['webgl2', SEEDS],
  ['webgpu', SEEDS.slice(0, 1)],
] as const)('%s', (engine, seeds) => {
  test.each([...seeds])('seed %d at five yaws, over grey and red: at least 32 dB', async (seed) => {
    const table = JSON.parse(readFileSync(join(folder, `${seed}/views.json`), 'utf8')) as {
      file: string;
      yaw: number;
    }[];
    const views: StoredView[] = await Promise.all(
      table.map(async ({ file, yaw }) => ({
        yaw,
        picture: await createImageCodec().decode(new Uint8Array(readFileSync(join(folder, `${seed}`, file)))),
      })),
    );
    expect(views.map(({ yaw }) => Math.round(yaw))).toEqual([-40, -20, 0, 20, 40]);
    const glb = new Uint8Array(readFileSync(join(folder, `${seed}.glb`)));
    const lowest = await expectViewsToMatch(stage, served, { engine, glb, views, minimum: 32 });
    expect(lowest).toBeGreaterThanOrEqual(32);
  });
});
