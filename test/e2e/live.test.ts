import { radians, seedToLatent, subjectToCamera } from '@turnaround/plugin/asset';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { psnr } from '../../generator/src/evaluation/index.ts';
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
let served: Served;
let stage: StagePage;
const toy = toyModel();

beforeAll(async () => {
  [served, browser] = await Promise.all([serveStage(), launchBrowser()]);
  for (const [name, bytes] of Object.entries(toy)) served.add(`toy/${name}`, bytes);
});

afterEach(async () => {
  await stage.page.close();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

type EngineName = 'webgl2' | 'webgpu';

/** A page of its own each time, for what is lost or hidden stays so. */
async function open(engine: EngineName, model = 'toy/'): Promise<string | null> {
  stage = await openStage(browser, served);
  await stage.open({ engine, rightHanded: false, width: SIDE, height: SIDE });
  return stage.page.evaluate((address) => window.live.openModel({ model: address, ort: 'ort/' }), model);
}

const notes = () => stage.page.evaluate(() => window.live.notes());

/** The view of a seed at a yaw, as Node draws and packs it. */
async function packedInNode(seed: number, yaw: number) {
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
async function expectedPicture(seed: number, yaw: number) {
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

async function seen(): Promise<{ width: number; height: number; data: Float32Array }> {
  const bytes = Buffer.from(await stage.page.evaluate(() => window.live.settled()), 'base64');
  const size = SIDE * SIDE;
  const data = Float32Array.from({ length: 3 * size }, (_, i) => {
    const [c, k] = [Math.floor(i / size), i % size];
    return bytes[4 * k + c]! / 127.5 - 1;
  });
  return { width: SIDE, height: SIDE, data };
}

describe.each([
  ['webgl2', 'wasm', false],
  ['webgpu', 'webgpu', true],
] as const)('%s', (engine, backend, zeroCopy) => {
  test('a face is made in the page, seen as Node draws it wherever the camera rests, and changes', async () => {
    expect(await open(engine)).toBe(null);
    expect(await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 4 }))).toBe(null);
    for (const yaw of [0, -17]) {
      await stage.page.evaluate((at) => window.live.look(at), yaw);
      expect(psnr(await seen(), await expectedPicture(3, yaw))).toBeGreaterThan(45);
    }
    const before = await notes();
    expect(before).toMatchObject({ backend, zeroCopy, state: 'running', errors: [], face: { seed: 3 } });
    expect(before.yaw).toBeCloseTo(-17, 3);
    expect(before.views.length).toBeLessThanOrEqual(4);
    expect(before.shown).toHaveLength(1);
    expect(before.views[before.shown[0]!.index]).toBeCloseTo(-17, 3);
    expect(await stage.page.evaluate(() => window.live.change({ seed: 9 }))).toBe(null);
    expect(psnr(await seen(), await expectedPicture(9, -17))).toBeGreaterThan(45);
    expect(await stage.page.evaluate(() => window.live.change({ edits: { hue: 2 } }))).toBe(null);
    expect(psnr(await seen(), await expectedPicture(9, -17))).toBeLessThan(35);
    expect(await stage.page.evaluate(() => window.live.change({ edits: { nose: 2 } }))).toBe('manifest');
    expect(stage.complaints).toEqual([]);
  });

  test('what is in the textures is what Node packs, to a step of 255', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
    await seen();
    const { views, shown } = await notes();
    expect(views[shown[0]!.index]).toBeCloseTo(0, 6);
    const atlas = (await stage.page.evaluate(() => window.live.cell()))!;
    const { colour, relief } = await packedInNode(3, 0);
    const [gotColour, gotRelief] = [Buffer.from(atlas.colour, 'base64'), Buffer.from(atlas.relief, 'base64')];
    const { side } = TOY;
    let [worst, worstDepth] = [0, 0];
    for (let k = 0; k < side * side; k++) {
      for (let c = 0; c < 4; c++)
        worst = Math.max(worst, Math.abs(gotColour[4 * k + c]! - colour[4 * k + c]!));
      worstDepth = Math.max(worstDepth, Math.abs(gotRelief[atlas.channels * k]! - relief[2 * k]!));
      worst = Math.max(worst, Math.abs(gotRelief[atlas.channels * k + 1]! - relief[2 * k + 1]!));
    }
    expect(worst).toBeLessThanOrEqual(1);
    expect(worstDepth).toBeLessThanOrEqual(1);
    expect(stage.complaints).toEqual([]);
  });

  test('a hidden page makes nothing, and goes on when it is shown', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 4 }));
    await seen();
    await stage.page.evaluate(() => window.live.hide(true));
    const { made } = await notes();
    await stage.page.evaluate(() => window.live.look(40));
    await stage.page.waitForTimeout(700);
    expect(await notes()).toMatchObject({ state: 'paused', made });
    await stage.page.evaluate(() => window.live.hide(false));
    await seen();
    const after = await notes();
    expect(after).toMatchObject({ state: 'running', states: ['paused', 'running'] });
    expect(after.made).toBeGreaterThan(made);
    expect(stage.complaints).toEqual([]);
  });

  test('whoever is disposed of during an inference leaves nothing behind, and says so', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
    await seen();
    const once = await stage.page.evaluate(() => window.live.comeAndGo(2));
    expect(await stage.page.evaluate(() => window.live.comeAndGo(3))).toEqual(once);
    expect(await stage.page.evaluate(() => window.live.leaveEarly())).toBe('disposed');
    expect(await notes()).toMatchObject({ state: 'disposed' });
    expect(stage.complaints).toEqual([]);
  });

  test('the adapter to Babylon’s internals finds what it needs', async () => {
    await open(engine);
    const found = await stage.page.evaluate(() => window.live.adapter());
    expect(found).toBe(engine === 'webgpu' ? 'GPUDevice, GPUQueue' : 'unsupported');
  });
});

test('a context that is lost comes back with the same face', async () => {
  await open('webgl2');
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 4 }));
  await seen();
  await stage.page.evaluate(() => window.live.loseContext());
  expect(psnr(await seen(), await expectedPicture(3, 0))).toBeGreaterThan(45);
  expect((await notes()).states).toEqual(['lost', 'running']);
});

test('a WebGPU device that is lost is told of', async () => {
  await open('webgpu');
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
  await seen();
  await stage.page.evaluate(() => window.live.loseDevice());
  expect((await notes()).states[0]).toBe('lost');
});

test('a file of another hash is not run, and an unreachable one is said to be', async () => {
  const bad = Uint8Array.from(toy['live.onnx']!);
  bad[bad.length >> 1]! ^= 1;
  served.add('bad/live.json', toy['live.json']!);
  served.add('bad/mapping.onnx', toy['mapping.onnx']!);
  served.add('bad/live.onnx', bad);
  expect(await open('webgl2', 'bad/')).toBe('hash');
  const load = (model: string) =>
    stage.page.evaluate((address) => window.live.openModel({ model: address, ort: 'ort/' }), model);
  expect(await load('nowhere/')).toBe('not-found');
  expect(await load('toy/')).toBe(null);
  await stage.page.evaluate(() => window.live.closeAll());
  // Without a network: what was kept is used, what was not cannot be.
  await stage.page.route('**/toy/**', (route) => route.abort());
  await stage.page.route('**/never/**', (route) => route.abort());
  expect(await load('toy/')).toBe(null);
  expect(await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }))).toBe(null);
  expect(await load('never/')).toBe('offline');
});
