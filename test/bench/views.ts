/**
 * Views between stored views, against true ones: the shaders in a browser on both back ends, the reference, and what
 * others do.
 *
 *   npm run bench:views
 *
 * Only the runtime is judged: colour, depth and yaw of the stored views are true. Prints tables, then one JSON object.
 */
import { join } from 'node:path';
import { degrees, subjectToCamera } from '@turnaround/plugin/asset';
import { meanSquaredError } from '../../generator/src/evaluation/index.ts';
import type { RgbImage } from '../../generator/src/impostor/image.ts';
import { type CharacterViews, writeCharacter } from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { synthesizeView } from '../../plugin/src/synthesis/index.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { serveStage } from '../e2e/serve.ts';
import { openStage } from '../e2e/stage-page.ts';
import { portraits, ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { TruthError } from './truth/errors.ts';
import { GAN_SPACING, measureGanViews } from './truth/gan-views.ts';
import { openJudge } from './truth/judge.ts';
import { FOCAL } from './truth/pictures.ts';
import { openSweeps } from './truth/sweeps.ts';
import { trainingPlatform } from './truth/training-platform.ts';
import { type Pair, VIEW_PEERS } from './truth/view-peers.ts';
import {
  characterOf,
  GREY,
  type HeldOut,
  isMidway,
  nearness,
  overGrey,
  type Spaced,
  spaceViews,
  storedView,
  viewFigures,
} from './truth/view-truth.ts';

const SIDE = 128;
const BACK_ENDS = ['webgl2', 'webgpu'] as const;

/** Degrees between the stored views of a character that is turned, and between two frames. */
const TURN_SPACING = 15;
const FRAME = 0.25;

/** The largest change between two frames, over that with views 2.5° apart. */
const POP_BAR = 1.5;

/** A model's own views 15° apart: decibels over a cross-fade. */
const GAN_BAR = { must: 2, goal: 5 } as const;

/** Half-way between views 15° and 30° apart. */
const BARS: Readonly<
  Record<number, { must: readonly [number, number]; goal: readonly [number, number | null] }>
> = {
  15: { must: [33.5, 0.98], goal: [34.6, 0.987] },
  30: { must: [30.3, 0], goal: [31.8, null] },
};

const USAGE = `usage: bench:views [options]
  --subjects N   of the shared sweeps (16)
  --spacings D   degrees between stored views (5,10,15,20,30)
  --turn P       people who are turned by .25° a frame, from 0 (2): the largest change between two frames, over that
                 of the same shader fed all 49 views
  --model DIR    whose own views are judged likewise, by its own depth and yaw (models/portraits-128)
  --seeds N      of its subjects, from 900000 (16)
  --all          all views that are not stored too, not only those half-way, which are judged
  --engines E    ${BACK_ENDS.join()}, or none (${BACK_ENDS.join()})
  --data DIR     the portraits data (${portraits()})
  --record       appends the JSON to test/bench/results.csv`;

const OPTIONS = {
  subjects: { type: 'string', default: '16' },
  spacings: { type: 'string', default: '5,10,15,20,30' },
  turn: { type: 'string', default: '2' },
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  seeds: { type: 'string', default: '16' },
  all: { type: 'boolean', default: false },
  engines: { type: 'string', default: BACK_ENDS.join() },
  data: { type: 'string', default: portraits() },
  record: { type: 'boolean', default: false },
} as const;

type Measured = Record<string, { readonly held: HeldOut; readonly near: ReturnType<typeof nearness> }[]>;
type Figures = Record<string, ReturnType<typeof viewFigures>>;

const figuresOf = (measured: Measured, counts: (held: HeldOut) => boolean = () => true): Figures =>
  Object.fromEntries(
    Object.entries(measured).map(([name, views]) => [
      name,
      viewFigures(views.filter(({ held }) => counts(held)).map(({ near }) => near)),
    ]),
  );

function keep<T>(measured: Record<string, T[]>, name: string, value: T): void {
  measured[name] ??= [];
  measured[name].push(value);
}

/** Largest root-mean-square change between two frames of a turn from −60° to 60°. */
async function largestChange(shoot: (yaw: number) => Promise<RgbImage>): Promise<number> {
  let [largest, before] = [0, await shoot(-60)];
  for (let yaw = -60 + FRAME; yaw <= 60; yaw += FRAME) {
    const picture = await shoot(yaw);
    largest = Math.max(largest, Math.sqrt(meanSquaredError(picture, before)));
    before = picture;
  }
  return largest;
}

/** A pair of stored views as they are seen from between them, `side` pixels high. */
const reference = ({ low, high, weight, yaw }: Pair, side: number): Float32Array =>
  synthesizeView(
    [
      { view: low, weight: 1 - weight },
      { view: high, weight },
    ],
    { rotation: subjectToCamera(yaw), distance: 1, focal: FOCAL },
    side,
  );

/** What needs no browser: the reference and the peers. */
function measureOnCpu({ stored }: Spaced, wanted: readonly HeldOut[], into: Measured): void {
  const views = stored.map(storedView);
  for (const held of wanted) {
    const { view, low, weight } = held;
    const pair = { low: views[low]!, high: views[low + 1]!, weight, yaw: view.yaw };
    const drawn: Record<string, Float32Array> = { reference: reference(pair, SIDE) };
    for (const [name, peer] of Object.entries(VIEW_PEERS)) drawn[name] = peer(pair);
    for (const [name, rgba] of Object.entries(drawn))
      keep(into, name, { held, near: nearness(overGrey(rgba, SIDE, SIDE), view) });
  }
}

/** Half-way views at half the side, of an atlas of that side and of one that is twice as large: the reference. */
async function measureDoubled(data: string, subjects: readonly number[]) {
  const [fine, coarse] = [openSweeps(data, SIDE), openSweeps(data, SIDE / 2)];
  const measured: Measured = {};
  for (const subject of subjects) {
    const [large, small] = [await fine.load(subject), await coarse.load(subject)].map((sweep) =>
      spaceViews(sweep, TURN_SPACING),
    ) as [Spaced, Spaced];
    for (const [name, { stored }] of [
      ['as large', small],
      ['twice as large', large],
    ] as const) {
      const views = stored.map(storedView);
      for (const held of small.heldOut.filter(isMidway)) {
        const { view, low, weight } = held;
        const pair = { low: views[low]!, high: views[low + 1]!, weight, yaw: view.yaw };
        const near = nearness(overGrey(reference(pair, SIDE / 2), SIDE / 2, SIDE / 2), view);
        keep(measured, name, { held, near });
      }
    }
  }
  return figuresOf(measured);
}

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const { subjects, spacings, turn, all, engines, data, record } = options;
  const seeds = wholeNumber('seeds', options.seeds, 0);
  const turned = wholeNumber('turn', turn, 0);
  const asked = engines === 'none' ? [] : engines.split(',');
  const chosen = BACK_ENDS.filter((engine) => asked.includes(engine));
  if (chosen.length !== asked.length)
    throw new TruthError('usage', `--engines: expected ${BACK_ENDS.join()} or none, got ${engines}`);
  const sweeps = openSweeps(data, SIDE);
  const people = sweeps.subjects.slice(0, wholeNumber('subjects', subjects));
  const [served, browser] = await Promise.all([serveStage(), launchBrowser()]);
  const stage = await openStage(browser, served);
  const codec = createImageCodec();
  const shoot = async (character: CharacterViews, yaw: number): Promise<RgbImage> => {
    const { picture } = await stage.shoot({
      looks: [{ yaw, distance: (FOCAL * character.frame[0]) / 2, pixelsHigh: SIDE }],
      background: [255 * GREY, 255 * GREY, 255 * GREY],
    });
    return planes(picture.data);
  };
  const results: Record<number, Figures> = {};
  const heldOut: Record<number, Figures> = {};
  for (const spacing of spacings.split(',').map((text) => wholeNumber('spacings', text))) {
    const measured: Measured = {};
    for (const subject of people) {
      const spaced = spaceViews(await sweeps.load(subject), spacing);
      const wanted = spaced.heldOut.filter((one) => all || isMidway(one));
      const character = characterOf(subject, spaced.stored);
      const glb = await writeCharacter(codec, character, { quality: 'lossless', texture: 'png' });
      const url = served.add(`${subject}-${spacing}.glb`, glb);
      for (const engine of chosen) {
        await stage.open({ engine, rightHanded: false, width: SIDE, height: SIDE });
        await stage.load(url);
        for (const held of wanted) {
          const picture = await shoot(character, degrees(held.view.yaw));
          keep(measured, engine, { held, near: nearness(picture, held.view) });
        }
      }
      measureOnCpu(spaced, wanted, measured);
      console.error(`${spacing}°: person ${subject}`);
    }
    results[spacing] = figuresOf(measured, isMidway);
    print(`${spacing}° apart, half-way`, results[spacing]);
    if (!all) continue;
    heldOut[spacing] = figuresOf(measured);
    print(`${spacing}° apart, all`, heldOut[spacing]);
  }
  const turns: Record<string, number[]> = {};
  for (const engine of chosen)
    for (const subject of people.slice(0, turned)) {
      const sweep = await sweeps.load(subject);
      const largest: number[] = [];
      for (const stored of [spaceViews(sweep, TURN_SPACING).stored, sweep.views]) {
        const character = characterOf(subject, stored);
        await stage.open({ engine, rightHanded: false, width: SIDE, height: SIDE });
        const glb = await writeCharacter(codec, character, { quality: 'lossless', texture: 'png' });
        await stage.load(served.add(`${subject}-turn-${stored.length}.glb`, glb));
        largest.push(await largestChange((yaw) => shoot(character, yaw)));
      }
      keep(turns, engine, largest[0]! / largest[1]!);
      console.error(`turn, ${engine}: person ${subject} ${(largest[0]! / largest[1]!).toFixed(2)}`);
    }
  await browser.close();
  await served.close();
  if (stage.complaints.length > 0) throw new TruthError('prediction', stage.complaints.join('\n'));
  const gan = seeds > 0 ? await benchGan(options.model, data, seeds) : null;
  const doubled = await measureDoubled(data, people);
  print(`${TURN_SPACING}°, ${SIDE / 2}² drawn, atlas`, doubled);
  const popRatio = Math.max(0, ...Object.values(turns).flat());
  const json = {
    bench: 'views',
    subjects: people.length,
    popRatio,
    turns,
    gan,
    doubled,
    results,
    ...(all ? { heldOut } : {}),
    met: met(results, chosen, popRatio, gan?.gainDb ?? 0),
  };
  if (record) appendResult(json);
  console.log(JSON.stringify(json));
}

/** A model's own half-way views: by its own depth and yaw, by the judge's, and a cross-fade. */
async function benchGan(folder: string, data: string, count: number) {
  const platform = trainingPlatform({ threads: 2 });
  const judge = await openJudge(platform.runtime, join(data, 'judges/judge.onnx'));
  const list = Array.from({ length: count }, (_, k) => 900_000 + k);
  const { own, crossFade, judged } = await measureGanViews(platform, folder, list, judge);
  await judge.release();
  const figures = { own: viewFigures(own), crossFade: viewFigures(crossFade), judged: viewFigures(judged) };
  console.log(`\n${folder}, refined, ${count} subjects:`);
  print(`${GAN_SPACING}° apart`, figures);
  return { ...figures, gainDb: figures.own.psnr - figures.crossFade.psnr };
}

/** A canvas' RGBA bytes as f32 [3,S,S], −1..1. */
function planes(bytes: Uint8ClampedArray): RgbImage {
  const size = SIDE * SIDE;
  const data = Float32Array.from({ length: 3 * size }, (_, i) => {
    const [c, k] = [Math.floor(i / size), i % size];
    return bytes[4 * k + c]! / 127.5 - 1;
  });
  return { width: SIDE, height: SIDE, data };
}

function print(title: string, rows: Figures): void {
  console.log(`\n${title.padEnd(20)} PSNR   5 %    SSIM   5 %`);
  for (const [name, { psnr, psnr5, ssim, ssim5 }] of Object.entries(rows))
    console.log(
      `${name.padEnd(20)} ${psnr.toFixed(2)}  ${psnr5.toFixed(2)}  ${ssim.toFixed(3)}  ${ssim5.toFixed(3)}`,
    );
}

/** Whether every back end reaches the bars of the spacings that have them. */
function met(
  results: Record<number, Figures>,
  engines: readonly string[],
  popRatio: number,
  ganGainDb: number,
): { must: boolean; goal: boolean } {
  const reach = (bar: 'must' | 'goal'): boolean =>
    popRatio > 0 &&
    popRatio <= POP_BAR &&
    ganGainDb >= GAN_BAR[bar] &&
    Object.entries(BARS).every(([spacing, bars]) => {
      const [psnr, ssim] = bars[bar];
      return engines.every((engine) => {
        const figures = results[Number(spacing)]?.[engine];
        return figures !== undefined && figures.psnr >= psnr && figures.ssim >= (ssim ?? 0);
      });
    });
  return { must: reach('must'), goal: reach('goal') };
}

await runBench(USAGE, main);
