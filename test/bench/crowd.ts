/**
 * A thousand characters in one scene: the crowd against as many sprites, and against instances of the files' own meshes; and a
 * few heads as Gaussian splats, of the shared sweeps' true depth, for a thousand of them would be twenty million.
 *
 *   npm run bench:crowd
 *
 * Milliseconds are of `scene.render()` on the main thread; on a software GPU they say nothing of the drawing itself.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mean, median } from '../../generator/src/evaluation/index.ts';
import { readCharacter } from '../../generator/src/impostor/index.ts';
import { generateCharacters } from '../../generator/src/pipeline/generate.ts';
import { launchBrowser } from '../e2e/browser.ts';
import type { CrowdWay } from '../e2e/page/crowd-bench.ts';
import { serveStage } from '../e2e/serve.ts';
import { openStage } from '../e2e/stage-page.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { TruthError } from './truth/errors.ts';
import { splatsOf } from './truth/splats.ts';
import { openSweeps } from './truth/sweeps.ts';
import { trainingPlatform } from './truth/training-platform.ts';

const BACK_ENDS = ['webgl2', 'webgpu'] as const;
/** What the bar is about. */
const COMPARED = ['sprites', 'crowd'] as const;

/** Small, so that a software GPU does not hold the main thread up. */
const CANVAS = { width: 64, height: 36 } as const;

/** Main-thread time over that of `SpriteManager`. */
const BARS = { must: 1.5, goal: 1.2 } as const;

const USAGE = `usage: bench:crowd [options]
  --model DIR       whose characters stand there (models/portraits-128)
  --characters N    different ones (50)
  --count N         in all (1000)
  --splats N        heads that stand there as splats (10); 0, or no portraits data: none
  --frames N        a round, after 300 that do not count (30)
  --rounds N        of crowd and sprites in turn, in pages of their own; the least counts (3)
  --folder DIR      for the characters, which a later run finds there (a temporary folder, removed)
  --data DIR        the portraits data (${portraits()})
  --record          appends the JSON to test/bench/results.csv`;

const OPTIONS = {
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  characters: { type: 'string', default: '50' },
  count: { type: 'string', default: '1000' },
  splats: { type: 'string', default: '10' },
  frames: { type: 'string', default: '30' },
  data: { type: 'string', default: portraits() },
  rounds: { type: 'string', default: '3' },
  folder: { type: 'string' },
  record: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const [characters, count, frames, rounds] = (['characters', 'count', 'frames', 'rounds'] as const).map(
    (name) => wholeNumber(name, options[name]),
  ) as [number, number, number, number];
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'turnaround-crowd-'));
  const seeds = Array.from({ length: characters }, (_, k) => k);
  await generateCharacters(trainingPlatform({ threads: 2 }), {
    model: options.model,
    seeds,
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
  const files = seeds.map((seed) => join(folder, `${seed}.glb`));
  const { extension } = await readCharacter(new Uint8Array(readFileSync(files[0]!)));
  const [served, browser] = await Promise.all([serveStage(), launchBrowser()]);
  const urls = files.map((file, k) => served.add(`${k}.glb`, readFileSync(file)));
  const heads = await splatHeads(options.data, wholeNumber('splats', options.splats, 0));
  const splatUrls = heads.map((bytes, k) => served.add(`${k}.splat`, bytes));
  const engines: Record<string, Record<string, { ms: number; drawCalls: number }>> = {};
  const cpuRatios: Record<string, number> = {};
  const complaints: string[] = [];
  for (const engine of BACK_ENDS) {
    const measured: Record<string, { ms: number[]; drawCalls: number }> = {};
    for (let round = 0; round < rounds; round++)
      for (const way of waysOf(round, splatUrls.length > 0)) {
        // A page of its own for each: what is measured later in one page finds a heap full of what was there before.
        const stage = await openStage(browser, served);
        await stage.open({ engine, rightHanded: false, ...CANVAS });
        const cost = await stage.page.evaluate(
          ([kind, list, all, length]) => window.stage.crowdCost(kind, list, all, length),
          way === 'splats'
            ? ([way, splatUrls, splatUrls.length, frames] as const)
            : ([way, urls, count, frames] as const),
        );
        measured[way] ??= { ms: [], drawCalls: 0 };
        measured[way].ms.push(median(cost.milliseconds));
        measured[way].drawCalls = cost.drawCalls;
        complaints.push(...stage.complaints);
        await stage.page.close();
        console.error(`${engine}, ${way}: ${median(cost.milliseconds).toFixed(2)} ms`);
      }
    engines[engine] = Object.fromEntries(
      Object.entries(measured).map(([way, { ms, drawCalls }]) => [way, { ms: Math.min(...ms), drawCalls }]),
    );
    cpuRatios[engine] = engines[engine]['crowd']!.ms / engines[engine]['sprites']!.ms;
  }
  await browser.close();
  await served.close();
  const kilobytes = mean(files.map((file) => statSync(file).size)) / 1024;
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  if (complaints.length > 0) throw new TruthError('prediction', complaints.join('\n'));
  console.log(`${count} of ${characters} characters    ms a frame   draw calls`);
  for (const [engine, ways] of Object.entries(engines))
    for (const [way, { ms, drawCalls }] of Object.entries(ways))
      console.log(
        `${`${engine} ${way}`.padEnd(28)} ${ms.toFixed(2).padStart(9)} ${String(drawCalls).padStart(9)}`,
      );
  const cpuRatio = Math.max(...Object.values(cpuRatios));
  const [width, height] = extension.atlasSize;
  const json = {
    bench: 'crowd',
    cpuRatio,
    cpuRatios,
    engines,
    count,
    characters,
    splatHeads: splatUrls.length,
    kilobytesOnDisk: kilobytes,
    // Colour in four bytes, depth and alpha in two.
    megabytesOfTexture: (6 * width * height) / 1e6,
    met: { must: cpuRatio <= BARS.must, goal: cpuRatio <= BARS.goal },
  };
  if (options.record) appendResult(json);
  console.log(JSON.stringify(json));
}

/** What is compared, in an order that begins with the other one each round; what is only reported, in the first one alone. */
const waysOf = (round: number, splats: boolean): readonly CrowdWay[] => [
  ...COMPARED.map((_, k) => COMPARED[(round + k) % COMPARED.length]!),
  ...(round === 0 ? (['meshes', ...(splats ? (['splats'] as const) : [])] as const) : []),
];

/** Views of a head that its splats are made of, degrees apart. */
const SPLAT_SPACING = 15;

/** Heads as .splat files; none where there are no sweeps. */
async function splatHeads(data: string, count: number): Promise<Uint8Array[]> {
  if (count === 0 || !existsSync(join(data, 'sweeps.csv'))) return [];
  const sweeps = openSweeps(data, 128);
  const heads: Uint8Array[] = [];
  for (const subject of sweeps.subjects.slice(0, count))
    heads.push(splatsOf(await sweeps.load(subject), SPLAT_SPACING));
  return heads;
}

await runBench(USAGE, main);
