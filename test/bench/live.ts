/**
 * A live character in headless Chromium: a view by `live.onnx` against its three graphs run apart, what frames cost while views
 * are made, and whether the browser draws what Node draws.
 *
 *   npm run bench:live
 *
 * WebGPU runs on a software GPU here: its times are reported and mean little.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians, seedToLatent } from '@turnaround/plugin/asset';
import { median, psnr } from '../../generator/src/evaluation/index.ts';
import { float32, float32Data } from '../../generator/src/graph/index.ts';
import { exportLive } from '../../generator/src/pipeline/export/index.ts';
import { generateCharacters } from '../../generator/src/pipeline/generate.ts';
import { packView } from '../../plugin/src/live/pack-view.ts';
import { launchBrowser } from '../e2e/browser.ts';
import type { InputShapes } from '../e2e/page/live-bench.ts';
import { serveStage } from '../e2e/serve.ts';
import { openStage } from '../e2e/stage-page.ts';
import { ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { TruthError } from './truth/errors.ts';
import { trainingPlatform } from './truth/training-platform.ts';

const BARS = { must: { view: 1.5, frame: 1.5 }, goal: { view: 1, frame: 1.5 } } as const;
const PARITY_DB = 45;
const [SEED, YAW] = [3, radians(-25)];

/** Frames of which at least this share must fall into an inference, or their times say nothing. */
const BUSY = 0.3;

const USAGE = `usage: bench:live [options]
  --model DIR        a calibrated model (models/portraits-128)
  --runs N           of each graph on the processor (15)
  --webgpu-runs N    on the GPU (1); 0: none
  --frames N         of each scene (300)
  --rounds N         each scene in turn (3)
  --record           appends the JSON to test/bench/results.csv`;

const OPTIONS = {
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  runs: { type: 'string', default: '15' },
  'webgpu-runs': { type: 'string', default: '1' },
  frames: { type: 'string', default: '300' },
  rounds: { type: 'string', default: '3' },
  record: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const [runs, frames, rounds] = (['runs', 'frames', 'rounds'] as const).map((name) =>
    wholeNumber(name, options[name]),
  ) as [number, number, number];
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-live-bench-'));
  const platform = trainingPlatform({ threads: 2 });
  await exportLive(platform, {
    model: options.model,
    out: join(folder, 'live.onnx'),
    refine: true,
    half: true,
  });
  await generateCharacters(platform, {
    model: options.model,
    seeds: [SEED],
    out: folder,
    views: 13,
    range: null,
    truncation: 0.8,
    matte: null,
    format: 'webp',
    triangles: 2000,
    geometry: 'plain',
    keepViews: false,
    refine: null,
    polish: 0,
  });
  const [served, browser] = await Promise.all([serveStage(), launchBrowser()]);
  for (const name of ['live.json', 'live.onnx', 'mapping.onnx'])
    served.add(`model/${name}`, readFileSync(join(folder, name)));
  const stored = served.add('stored.glb', readFileSync(join(folder, `${SEED}.glb`)));
  const { layers, wDim, resolution } = JSON.parse(readFileSync(join(folder, 'live.json'), 'utf8'));
  const parts: [string, InputShapes][] = [
    ['refiner.onnx', { w: [1, layers, wDim], rotated: [1, layers, wDim], pose: [1, 6], t: [1] }],
    ['synthesis.onnx', { ws: [1, layers, wDim] }],
    ['depth.onnx', { image: [1, 3, resolution, resolution] }],
  ];
  const graphs = [
    { url: 'model/live.onnx', inputs: { w: [1, wDim], edit: [1, layers, wDim], yaw: [1] } as InputShapes },
    ...parts.map(([name, inputs]) => ({
      url: served.add(`model/${name}`, readFileSync(join(options.model, name))),
      inputs,
    })),
  ];
  const stage = await openStage(browser, served);
  const results: Record<string, Record<string, number>> = {};
  const webgpuRuns = wholeNumber('webgpu-runs', options['webgpu-runs'], 0);
  for (const [backend, times] of [
    ['wasm', runs],
    ['webgpu', webgpuRuns],
  ] as const) {
    if (times === 0) continue;
    const measured = await stage.page.evaluate(
      ([name, list, count]) => window.liveBench.graphTimes(name, list, count),
      [backend, graphs, times] as const,
    );
    const [view, ...apart] = measured.map(median) as [number, ...number[]];
    const sum = apart.reduce((total, ms) => total + ms, 0);
    results[backend] = { viewMs: view, sumOfSessionsMs: sum, viewRatio: view / sum };
    console.error(`${backend}: ${view.toFixed(1)} ms, apart ${apart.map((ms) => ms.toFixed(1)).join(' + ')}`);
  }
  const seen: Record<'stored' | 'live', number[]> = { stored: [], live: [] };
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++)
    for (const kind of ['stored', 'live'] as const) {
      await stage.open({ engine: 'webgl2', rightHanded: false, width: 128, height: 128 });
      const times = await stage.page.evaluate(
        ([which, url, count]) => window.liveBench.frameTimes(which, url, count),
        [kind, kind === 'live' ? 'model/' : stored, frames] as const,
      );
      const sorted = [...times.milliseconds].sort((a, b) => a - b);
      const p95 = sorted[Math.floor(0.95 * (sorted.length - 1))]!;
      seen[kind].push(p95);
      if (kind === 'live') busy.push(times.busy / frames);
      console.error(
        `${kind}: median ${median(sorted).toFixed(2)} ms, 95 % ${p95.toFixed(2)}, ${times.made} views made`,
      );
    }
  const frameP95Ratio = Math.min(...seen.live) / Math.min(...seen.stored);
  const busyShare = Math.min(...busy);
  const upload = await stage.page.evaluate((side) => window.liveBench.uploadTimes(side, 40), resolution);
  await stage.open({ engine: 'webgl2', rightHanded: false, width: 128, height: 128 });
  const drawn = await stage.page.evaluate(([seed, yaw]) => window.liveBench.drawnCell('model/', seed, yaw), [
    SEED,
    YAW,
  ] as const);
  const parityDb = await compareWithNode(folder, Buffer.from(drawn, 'base64'));
  await browser.close();
  await served.close();
  const bytes = statSync(join(folder, 'live.onnx')).size;
  rmSync(folder, { recursive: true, force: true });
  if (stage.complaints.length > 0) throw new TruthError('prediction', stage.complaints.join('\n'));
  if (busyShare < BUSY)
    throw new TruthError('prediction', `expected ${BUSY} of the frames in an inference, got ${busyShare}`);
  const wasm = results['wasm']!;
  const reach = ({ view, frame }: { view: number; frame: number }): boolean =>
    wasm['viewRatio']! <= view && frameP95Ratio <= frame && parityDb >= PARITY_DB;
  const json = {
    bench: 'live',
    ...results,
    frameP95Ratio,
    frameP95Ms: { stored: Math.min(...seen.stored), live: Math.min(...seen.live) },
    busyShare,
    packMs: median(upload.pack),
    uploadMs: median(upload.upload),
    parityDb,
    megabytes: bytes / 1e6,
    met: { must: reach(BARS.must), goal: reach(BARS.goal) },
  };
  console.log('             view ms   apart ms   ratio');
  for (const [backend, { viewMs, sumOfSessionsMs, viewRatio }] of Object.entries(results))
    console.log(
      `${backend.padEnd(10)} ${viewMs!.toFixed(1).padStart(9)} ${sumOfSessionsMs!.toFixed(1).padStart(10)} ${viewRatio!.toFixed(2).padStart(7)}`,
    );
  if (options.record) appendResult(json);
  console.log(JSON.stringify(json));
}

/** PSNR of the browser's premultiplied view and Node's, dB, over all four channels. */
async function compareWithNode(folder: string, drawn: Uint8Array): Promise<number> {
  const { runtime } = trainingPlatform({ threads: 2 });
  const { zDim, wDim, wAverage, layers, resolution, depthRange } = JSON.parse(
    readFileSync(join(folder, 'live.json'), 'utf8'),
  );
  const mapping = await runtime.load(readFileSync(join(folder, 'mapping.onnx')));
  const live = await runtime.load(readFileSync(join(folder, 'live.onnx')));
  const z = Float32Array.from(seedToLatent(SEED, zDim));
  const mapped = float32Data(await mapping.run({ z: float32(z, [1, zDim]) }), 'w');
  const w = mapped.map((value, k) => wAverage[k] + 0.8 * (value - wAverage[k]));
  const outputs = await live.run({
    w: float32(w, [1, wDim]),
    edit: float32(new Float32Array(layers * wDim), [1, layers, wDim]),
    yaw: float32(Float32Array.of(YAW), [1]),
  });
  const [image, alpha, depth] = ['image', 'alpha', 'depth'].map((name) => float32Data(outputs, name)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  await Promise.all([mapping.release(), live.release()]);
  const { colour } = packView({ image, alpha, depth }, resolution, {
    near: depthRange[0],
    far: depthRange[1],
  });
  const picture = (bytes: Uint8Array) => ({
    width: resolution,
    height: resolution,
    data: Float32Array.from({ length: 3 * resolution ** 2 }, (_, i) => {
      const [c, k] = [Math.floor(i / resolution ** 2), i % resolution ** 2];
      return bytes[4 * k + c]! / 127.5 - 1;
    }),
  });
  return Math.min(99, psnr(picture(drawn), picture(colour)));
}

await runBench(USAGE, main);
