import { describe, expect, test } from 'vitest';
import { liveCases } from './live-cases.ts';
import { notes, open, seen, stage } from './live-stage.ts';

/** What takes a software GPU long; the same on WebGL2 is in `live.test`. */
describe('webgpu', () => liveCases('webgpu'));

test('a WebGPU device that is lost is told of', async () => {
  await open('webgpu');
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
  await seen();
  await stage.page.evaluate(() => window.live.loseDevice());
  expect((await notes()).states[0]).toBe('lost');
});

test('a hundred characters and ten models that come and go leave memory as it was', async () => {
  await open('webgl2');
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
  await seen();
  const cdp = await stage.page.context().newCDPSession(stage.page);
  /** Bytes of the page's own heap; its workers die with their models. */
  const heap = async (): Promise<number> => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize;
  };
  const few = await stage.page.evaluate(() => window.live.comeAndGo(10));
  const before = await heap();
  expect(await stage.page.evaluate(() => window.live.comeAndGo(100))).toEqual(few);
  expect((await heap()) - before).toBeLessThan(1e6);
  const workers = (): number => stage.page.workers().length;
  expect(workers()).toBe(1);
  for (let k = 0; k < 10; k++) {
    await stage.page.evaluate(() => window.live.closeAll());
    expect(await stage.page.evaluate(() => window.live.openModel({ model: 'toy/', ort: 'ort/' }))).toBe(null);
  }
  expect(workers()).toBe(1);
  expect((await heap()) - before).toBeLessThan(2e6);
  expect(stage.complaints).toEqual([]);
});
