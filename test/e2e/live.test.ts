import { describe, expect, test } from 'vitest';
import { psnr } from '../../generator/src/evaluation/index.ts';
import { liveCases } from './live-cases.ts';
import { expectedPicture, notes, open, seen, seenInHalf, served, stage, toy } from './live-stage.ts';

/** What a live character does on either back end. */
const BACK_ENDS = [
  ['webgl2', 'wasm', false],
  ['webgpu', 'webgpu', true],
] as const;

describe.each(BACK_ENDS)('%s', (engine, backend, zeroCopy) => {
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

  test('the adapter to Babylon’s internals finds what it needs', async () => {
    await open(engine);
    const found = await stage.page.evaluate(() => window.live.adapter());
    expect(found).toBe(engine === 'webgpu' ? 'GPUDevice, GPUQueue' : 'unsupported');
  });
});

describe('webgl2', () => liveCases('webgl2'));

describe('threads', () => {
  const told = (): string[] => stage.warnings.filter((warning) => warning.includes('not isolated'));

  test('one where the page is not isolated, which is said once', async () => {
    await open('webgl2', 'toy/', { isolated: false });
    expect(await stage.page.evaluate(() => window.crossOriginIsolated)).toBe(false);
    expect(await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }))).toBe(null);
    expect(psnr(await seen(), await expectedPicture(3, 0))).toBeGreaterThan(45);
    expect(await notes()).toMatchObject({ backend: 'wasm', threads: 1 });
    await stage.page.evaluate(() => window.live.closeAll());
    expect(await stage.page.evaluate(() => window.live.openModel({ model: 'toy/', ort: 'ort/' }))).toBe(null);
    expect(await notes()).toMatchObject({ backend: 'wasm', threads: 1 });
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('Cross-Origin-Opener-Policy: same-origin');
  });

  test('as many as are asked for where it is isolated, without a word; halved weights are widened there', async () => {
    const { picture, half, threads, fetched } = await seenInHalf('webgl2', { backend: 'wasm', threads: 2 });
    expect([half, threads, fetched]).toEqual([false, 2, ['live.onnx', 'mapping.onnx']]);
    expect(psnr(picture, await expectedPicture(3, 0))).toBeGreaterThan(40);
    expect(told()).toEqual([]);
    expect(stage.complaints).toEqual([]);
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
