import { describe, expect, test } from 'vitest';
import { psnr } from '../../generator/src/evaluation/index.ts';
import { conv, Graph, padPointwise, serialize } from '../../generator/src/graph/index.ts';
import { liveCases } from './live-cases.ts';
import { expectedPicture, notes, open, seen, seenInHalf, served, stage } from './live-stage.ts';

/** What takes a software GPU long; the same on WebGL2 is in `live.test`. */
describe('webgpu', () => liveCases('webgpu'));

/** A browser that computes in half precision is in `live-half.slow.test`. */
test.each(['webgl2', 'webgpu'] as const)(
  'with %s, weights in half precision are widened where the GPU has none, and show what whole ones do',
  async (engine) => {
    const { picture, halves, half, fetched } = await seenInHalf(engine, { backend: 'webgpu' });
    expect(psnr(picture, await expectedPicture(3, 0))).toBeGreaterThan(40);
    expect(half).toBe(halves);
    expect(fetched).toEqual([half ? 'live.half.onnx' : 'live.onnx', 'mapping.onnx']);
    expect(stage.complaints).toEqual([]);
  },
);

test('a WebGPU device that is lost is told of, and a new engine with a new model shows the same face', async () => {
  await open('webgpu');
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
  await seen();
  await stage.page.evaluate(() => window.live.loseDevice());
  const { states, errors } = await notes();
  expect(states).toEqual(['lost']);
  expect(errors.every((code) => code === 'lost')).toBe(true);
  await stage.page.evaluate(() => window.live.closeAll());
  await stage.open({ engine: 'webgpu', rightHanded: false, width: 128, height: 128 });
  expect(await stage.page.evaluate(() => window.live.openModel({ model: 'toy/', ort: 'ort/' }))).toBe(null);
  await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
  expect(psnr(await seen(), await expectedPicture(3, 0))).toBeGreaterThan(45);
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

test('WebGPU pads before a 1 × 1 convolution as the processor does within it', async () => {
  await open('webgpu');
  const shape = [1, 2, 5, 4];
  const data = Array.from({ length: 40 }, (_, k) => Math.sin(k));
  const graph = new Graph('pointwise');
  const kernel = graph.constant(
    Float32Array.from({ length: 6 }, (_, k) => 1 + k),
    [3, 2, 1, 1],
  );
  graph.output('y', conv(graph.input('x', 'float32', shape), kernel, null, { pad: [0, 0, 1, 1] }));
  const bytes = serialize(graph);
  const outputs = async (backend: 'wasm' | 'webgpu', model: Uint8Array): Promise<number[]> => {
    served.add('pointwise.onnx', model);
    const said = await stage.page.evaluate(
      ([name, x]) => window.liveBench.graphOutputs(name, 'pointwise.onnx', { x }),
      [backend, { data, shape }] as const,
    );
    return said.y!;
  };
  const wanted = await outputs('wasm', bytes);
  const got = await outputs('webgpu', padPointwise(bytes));
  expect(got).toHaveLength(3 * 6 * 5);
  for (const [k, value] of got.entries()) expect(value).toBeCloseTo(wanted[k]!, 4);
});
