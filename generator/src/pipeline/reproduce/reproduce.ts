import type { EvaluationReport, MethodId } from '../../evaluation/report/index.ts';
import {
  type Reproduction,
  reproductionPage,
  type WayId,
  type WayResult,
  wayOf,
} from '../../evaluation/reproduce/index.ts';
import { type EvaluateOptions, evaluateModels } from '../evaluate/evaluate.ts';
import type { EvaluatePlatform } from '../evaluate/readers.ts';
import { readModelManifest } from '../model-manifest.ts';
import { requireDirection } from '../sweep.ts';
import { drawReproductionSheets } from './sheets.ts';
import { type TrainedWay, type TrainWaysOptions, trainWays, wayFolder } from './train-ways.ts';

export interface ReproduceOptions extends TrainWaysOptions {
  /** What is measured, and by whom. */
  readonly evaluation: Omit<EvaluateOptions, 'model' | 'against' | 'ablation' | 'out' | 'matte'>;
}

/** Files of a reproduction. */
export const REPRODUCTION_FILES = { json: 'reproduction.json', page: 'index.html' } as const;

/** In the order in which they are evaluated. */
const WAYS: readonly TrainedWay[] = [
  'turnaround',
  'paper',
  'without-latent',
  'without-feature',
  'without-warp',
];

/**
 * The paper on one model: GANSpace alone, the paper's configuration and `turnaround`'s, and the paper's with each loss left
 * out, trained on copies under `out` and measured alike; `reproduction.json`, `index.html`, and the whole evaluation in
 * `evaluation/`.
 * @throws PipelineError, MatteError
 */
export async function reproducePaper(
  platform: EvaluatePlatform,
  options: ReproduceOptions,
): Promise<Reproduction> {
  const { files } = platform;
  const { model, out, steps, matte, evaluation } = options;
  const { manifest } = await readModelManifest(files, model);
  const direction = requireDirection(manifest, model);
  const hours = await trainWays(platform, options);
  const [first, ...others] = WAYS.map((way) => wayFolder(out, way)) as [string, ...string[]];
  const report = await evaluateModels(platform, {
    ...evaluation,
    matte,
    ablation: null,
    model: first,
    against: others,
    out: `${out}/evaluation`,
  });
  const way = (id: WayId, of: TrainedWay, method: MethodId, time: number | null): WayResult =>
    wayOf(id, methodOf(report, of, method), time);
  const reproduction: Reproduction = {
    format: 1,
    model: { name: manifest.name, resolution: manifest.resolution, direction: direction.id },
    steps,
    options: report.options,
    readers: report.readers,
    real: report.real,
    matched: report.matched,
    metrics: report.metrics,
    missing: report.missing,
    ways: [
      way('ganspace', 'paper', 'unrefined', null),
      ...WAYS.map((id) => way(id, id, 'refined', hours[id])),
    ],
  };
  const { firstSeed, truncation, degrees } = report.options;
  const sheets = await drawReproductionSheets(platform, out, firstSeed, degrees, truncation);
  await files.write(`${out}/${REPRODUCTION_FILES.json}`, `${JSON.stringify(reproduction, null, 1)}\n`);
  await files.write(`${out}/${REPRODUCTION_FILES.page}`, reproductionPage(reproduction, sheets));
  return reproduction;
}

const methodOf = ({ models }: EvaluationReport, way: TrainedWay, id: MethodId) =>
  models[WAYS.indexOf(way)]!.methods.find((method) => method.id === id)!;
