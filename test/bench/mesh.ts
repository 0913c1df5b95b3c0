/**
 * The mesh that a character's views are fused to, against true depth: nine views 15° apart of each person of the sweeps.
 *
 *   npm run bench:mesh
 *
 * Chamfer distance to the union of the true points of all views, as a share of the head's height (crown to neck), with true
 * depth and with the shipped model's own. Prints a table, then one JSON object.
 */
import { join } from 'node:path';
import { mean } from '../../generator/src/evaluation/index.ts';
import { fuseMesh, openEdges, type SolidView } from '../../generator/src/impostor/index.ts';
import { readModelManifest } from '../../generator/src/pipeline/model-manifest.ts';
import { PipelineError } from '../../generator/src/pipeline/platform.ts';
import { type DepthReader, openDepth } from '../../generator/src/pipeline/view-depth.ts';
import { radians } from '../../plugin/src/asset/index.ts';
import { trueChamfer } from '../generator/impostor/fused-measures.ts';
import { headHeight, shapes, silhouetteOverlap, weld } from '../generator/impostor/mesh-measures.ts';
import { FOCAL, FRAME_HEIGHT, type SweepDepth, sweepDepth } from '../generator/impostor/mesh-sweeps.ts';
import { ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult } from './results.ts';
import { trainingPlatform } from './truth/training-platform.ts';

const YAWS = [-60, -45, -30, -15, 0, 15, 30, 45, 60];

/** Chamfer distance with true depth, of the head's height; all sizes. */
const BAR = 0.015;

const USAGE = `usage: bench:mesh [options]
  --people N      of the sweeps, from 0 (16)
  --triangles L   most of each mesh (2000,8000,20000)
  --model DIR     whose own depth is fused as well (models/portraits-128)
  --threads N     of ONNX Runtime (2)
  --record        appends the JSON to test/bench/results.csv`;

const OPTIONS = {
  people: { type: 'string', default: '16' },
  triangles: { type: 'string', default: '2000,8000,20000' },
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  threads: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
} as const;

interface MeshFigures {
  /** Shares of the head's height. */
  readonly chamfer: number;
  readonly there: number;
  readonly back: number;
  readonly closed: boolean;
  /** Intersection over union with the views' masks. */
  readonly outline: number;
  /** Longest edge over the frame's height. */
  readonly longest: number;
  readonly seconds: number;
}

async function measure(
  views: readonly SolidView[],
  shots: readonly SweepDepth[],
  focal: number,
  triangles: number,
): Promise<MeshFigures> {
  const start = performance.now();
  const mesh = await fuseMesh(views, { focal, frameHeight: FRAME_HEIGHT }, { triangles });
  const seconds = (performance.now() - start) / 1000;
  const yaws = YAWS.map(radians);
  const head = headHeight(shots[4]!);
  const { there, back } = trueChamfer(mesh, shots, yaws);
  return {
    chamfer: (there + back) / 2 / head,
    there: there / head,
    back: back / head,
    closed: openEdges(weld(mesh)).length === 0,
    outline: mean(shots.map((shot, k) => silhouetteOverlap(mesh, shot, yaws[k]!))),
    longest: shapes(mesh).longest / FRAME_HEIGHT,
    seconds,
  };
}

/** The same views with a model's depth. */
async function ownDepth(views: readonly SolidView[], reader: DepthReader): Promise<SolidView[]> {
  const pictures = views.map(({ image: { width, height, data } }) => {
    const picture = new Float32Array(3 * width * height);
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < 3; c++) picture[c * width * height + i] = data[4 * i + c]! / 127.5 - 1;
    return { width, height, data: picture };
  });
  const depths = await reader.read(
    pictures,
    views.map(({ image }) => image),
  );
  return views.map((view, k) => ({ ...view, depth: depths[k]! }));
}

async function main(): Promise<void> {
  const options = readArguments(OPTIONS);
  const people = wholeNumber('people', options.people);
  const sizes = options.triangles.split(',').map((text) => wholeNumber('triangles', text));
  const platform = trainingPlatform({ threads: wholeNumber('threads', options.threads) });
  const { manifest } = await readModelManifest(platform.files, options.model);
  const reader = await openDepth(platform, options.model, manifest);
  const found: Record<string, MeshFigures[]> = {};
  for (let person = 0; person < people; person++) {
    const shots = await Promise.all(YAWS.map((yaw) => sweepDepth(person, yaw)));
    const views = shots.map(({ image, depth }, k) => ({ image, depth, yaw: radians(YAWS[k]!), pitch: 0 }));
    const keep = async (name: string, own: readonly SolidView[], focal: number, size: number) => {
      found[name] ??= [];
      found[name].push(await measure(own, shots, focal, size));
    };
    for (const size of sizes) await keep(`true ${size}`, views, FOCAL, size);
    if (reader) await keep(`own ${sizes[0]}`, await ownDepth(views, reader), reader.focal, sizes[0]!);
    console.error(`person ${person + 1}/${people}`);
  }
  await reader?.release();
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  console.log('depth, triangles   chamfer  worst    there   back    outline  longest edge  closed  seconds');
  const rows = Object.entries(found).map(([name, list]) => {
    const of = (key: keyof MeshFigures): number[] => list.map((figures) => Number(figures[key]));
    const row = {
      name,
      chamfer: mean(of('chamfer')),
      worst: Math.max(...of('chamfer')),
      there: mean(of('there')),
      back: mean(of('back')),
      outline: mean(of('outline')),
      longest: Math.max(...of('longest')),
      closed: list.every(({ closed }) => closed),
      seconds: mean(of('seconds')),
    };
    console.log(
      [
        name.padEnd(17),
        ...[row.chamfer, row.worst, row.there, row.back].map((value) => percent(value).padStart(8)),
        row.outline.toFixed(3).padStart(9),
        row.longest.toFixed(3).padStart(12),
        String(row.closed).padStart(9),
        row.seconds.toFixed(1).padStart(8),
      ].join(''),
    );
    return row;
  });
  const held = rows.filter(({ name }) => name.startsWith('true'));
  const met = held.every(({ chamfer, closed }) => closed && chamfer <= BAR);
  const result = { bench: 'mesh', people, met: { must: met }, rows };
  console.log(JSON.stringify(result));
  if (options.record) appendResult(result);
}

await runBench(USAGE, main, [PipelineError]);
