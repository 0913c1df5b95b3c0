import { radians, seedToLatent, subjectToCamera } from '@turnaround/plugin/asset';
import type { LiveModelOptions } from '@turnaround/plugin/live';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { float32, float32Data } from '../../generator/src/graph/index.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { packView } from '../../plugin/src/live/pack-view.ts';
import { synthesizeView } from '../../plugin/src/synthesis/index.ts';
import { TOY, toyModel } from '../plugin/live/toy-model.ts';
import { launchBrowser } from './browser.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** Characters that are made in the page, from a model of 32² that takes milliseconds. */

const SIDE = 128;
const FOCAL = 9;
const RANGE = { near: 0.88, far: 1.12 };
const TRUNCATION = 0.8;

let browser: Browser;
/** Where pages and models come from. */
export let served: Served;
/** The page of the test that runs. */
export let stage: StagePage;
export const toy = toyModel();

beforeAll(async () => {
  [served, browser] = await Promise.all([serveStage(), launchBrowser()]);
  for (const [name, bytes] of Object.entries(toy)) served.add(`toy/${name}`, bytes);
  for (const [name, bytes] of Object.entries(toyModel(true))) served.add(`half/${name}`, bytes);
});

afterEach(async () => {
  await stage.page.close();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

type LiveOptions = Pick<LiveModelOptions, 'half' | 'backend' | 'threads'>;
type EngineName = 'webgl2' | 'webgpu';

/** A page of its own each time, for what is lost or hidden stays so. */
export async function open(
  engine: EngineName,
  model = 'toy/',
  { isolated = true, ...options }: LiveOptions & { isolated?: boolean } = {},
): Promise<string | null> {
  stage = await openStage(browser, served, isolated);
  await stage.open({ engine, rightHanded: false, width: SIDE, height: SIDE });
  return stage.page.evaluate((all) => window.live.openModel(all), { model, ort: 'ort/', ...options });
}

/** A face of the model with weights in half precision, and how it was computed. */
export async function seenInHalf(engine: EngineName, options: LiveOptions) {
  expect(await open(engine, 'half/', options)).toBe(null);
  expect(await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }))).toBe(null);
  const picture = await seen();
  const { half, threads } = await notes();
  return {
    ...{ picture, half, threads },
    /** Whether the browser's GPU could. */
    halves: await stage.page.evaluate(() => window.live.halves()),
    fetched: await stage.page.evaluate(() => window.live.fetched()),
  };
}

export const notes = () => stage.page.evaluate(() => window.live.notes());

/** The view of a seed at a yaw, as Node draws and packs it. */
export async function packedInNode(seed: number, yaw: number) {
  const { side, zDim, wDim, layers } = TOY;
  const runtime = createRuntime();
  const [mapping, live] = [await runtime.load(toy['mapping.onnx']!), await runtime.load(toy['live.onnx']!)];
  const z = Float32Array.from(seedToLatent(seed, zDim));
  const w = float32Data(await mapping.run({ z: float32(z, [1, zDim]) }), 'w').map((v) => TRUNCATION * v);
  const outputs = await live.run({
    w: float32(w, [1, wDim]),
    edit: float32(new Float32Array(layers * wDim), [1, layers, wDim]),
    yaw: float32(Float32Array.of(radians(yaw)), [1]),
  });
  const drawn = {
    image: float32Data(outputs, 'image'),
    alpha: float32Data(outputs, 'alpha'),
    depth: float32Data(outputs, 'depth'),
  };
  await Promise.all([mapping.release(), live.release()]);
  return packView(drawn, side, RANGE);
}

/** What a camera at that yaw sees of it over mid-grey, f32 [3,S,S] −1..1. */
export async function expectedPicture(seed: number, yaw: number) {
  const { side } = TOY;
  const { colour, relief } = await packedInNode(seed, yaw);
  const rgba = synthesizeView(
    [
      {
        weight: 1,
        view: {
          width: side,
          height: side,
          colour: Float32Array.from(colour, (byte) => byte / 255),
          depth: Float32Array.from(
            { length: side * side },
            (_, k) => RANGE.near + (relief[2 * k]! / 255) * (RANGE.far - RANGE.near),
          ),
          rotation: subjectToCamera(radians(yaw)),
          focal: FOCAL,
        },
      },
    ],
    { rotation: subjectToCamera(radians(yaw)), distance: 1, focal: FOCAL },
    SIDE,
  );
  const size = SIDE * SIDE;
  const data = Float32Array.from({ length: 3 * size }, (_, i) => {
    const [c, k] = [Math.floor(i / size), i % size];
    return 2 * (rgba[4 * k + c]! + (1 - rgba[4 * k + 3]!) * (128 / 255)) - 1;
  });
  return { width: SIDE, height: SIDE, data };
}

export async function seen(): Promise<{ width: number; height: number; data: Float32Array }> {
  const bytes = Buffer.from(await stage.page.evaluate(() => window.live.settled()), 'base64');
  const size = SIDE * SIDE;
  const data = Float32Array.from({ length: 3 * size }, (_, i) => {
    const [c, k] = [Math.floor(i / size), i % size];
    return bytes[4 * k + c]! / 127.5 - 1;
  });
  return { width: SIDE, height: SIDE, data };
}
