import { radians } from '@turnaround/plugin/asset';
import { median } from '../../evaluation/index.ts';
import { sweepMetrics } from '../../evaluation/report/index.ts';
import type { Matte } from '../../impostor/index.ts';
import { openViewSource, type ViewSource } from '../view-source.ts';
import { type GeometryReader, openGeometry } from './geometry.ts';
import { type Instruments, type MeasuredSubject, measureSubject } from './measure-subject.ts';
import { equalTurn, type Method, methodsOf, type SweepDrawer } from './methods.ts';
import type { Readers } from './open-readers.ts';
import type { EvaluatePlatform } from './readers.ts';

/** What subjects are drawn. */
export interface SweepPlan {
  readonly seeds: readonly number[];
  /** Asked yaws, degrees, rising. */
  readonly degrees: readonly number[];
  readonly truncation: number;
}

/** One way of drawing, measured. */
export interface MeasuredMethod {
  readonly method: Method;
  readonly subjects: readonly MeasuredSubject[];
  readonly viewMs: number;
}

/** A model, measured; its networks are closed. */
export interface MeasuredModel {
  readonly folder: string;
  readonly name: string;
  readonly hash: string;
  readonly resolution: number;
  readonly calibrated: boolean;
  readonly refined: boolean;
  readonly methods: readonly MeasuredMethod[];
  /** Turn of the refined sweep over that of the unrefined one; null without a refiner. */
  readonly turn: number | null;
}

/** Side that pictures are measured at where no calibration says it, pixels. */
const MEASURED_SIDE = 128;

/** Networks of a model folder, open for drawing and measuring. */
interface OpenModel {
  readonly unrefined: ViewSource;
  readonly refined: ViewSource | null;
  readonly geometry: GeometryReader | null;
}

/** Draws and measures a model's subjects, in every way that it can draw them. */
export async function evaluateModel(
  platform: EvaluatePlatform,
  folder: string,
  plan: SweepPlan,
  readers: Readers,
  matte: Matte,
): Promise<MeasuredModel> {
  const open = await openModel(platform, folder, plan.truncation);
  try {
    const { model, calibrated } = open.unrefined;
    const { name } = model.manifest;
    const instruments: Instruments = {
      readers,
      geometry: open.geometry,
      matte,
      side: open.geometry?.side ?? Math.min(MEASURED_SIDE, model.side),
      warn: platform.warn,
    };
    const drawers = { unrefined: drawerOf(open.unrefined), refined: open.refined && drawerOf(open.refined) };
    const { methods, turn } = await measureMethods(platform, name, drawers, plan, instruments);
    return {
      folder,
      name,
      hash: model.hash,
      resolution: model.side,
      calibrated: calibrated !== null,
      refined: open.refined !== null,
      methods,
      turn,
    };
  } finally {
    await open.geometry?.release();
    await open.refined?.release();
    await open.unrefined.release();
  }
}

async function openModel(platform: EvaluatePlatform, folder: string, truncation: number): Promise<OpenModel> {
  const unrefined = await openViewSource(platform, folder, { truncation, refine: false });
  const hasRefiner = unrefined.model.manifest.files['refiner.onnx'] !== undefined;
  const refined = hasRefiner ? await openViewSource(platform, folder, { truncation, refine: true }) : null;
  return { unrefined, refined, geometry: await openGeometry(platform, folder, unrefined.calibrated) };
}

const drawerOf =
  (source: ViewSource): SweepDrawer =>
  (seed, yaws) =>
    source.views(seed, yaws.map(radians));

/** How a model's subjects can be drawn. */
export interface Drawers {
  readonly unrefined: SweepDrawer;
  readonly refined: SweepDrawer | null;
}

/**
 * Measures every way of drawing; where views are refined, then also the unrefined sweep turned as far as they turn.
 * @param model its name, for progress
 */
export async function measureMethods(
  platform: Pick<EvaluatePlatform, 'signal' | 'progress'>,
  model: string,
  { unrefined, refined }: Drawers,
  plan: SweepPlan,
  instruments: Instruments,
): Promise<Pick<MeasuredModel, 'methods' | 'turn'>> {
  const methods: MeasuredMethod[] = [];
  for (const method of methodsOf(unrefined, refined))
    methods.push(await measureMethod(platform, model, method, plan, instruments));
  if (!refined) return { methods, turn: null };
  const turn = turnOf(methods, instruments.readers);
  const equal = await measureMethod(platform, model, equalTurn(unrefined, turn), plan, instruments);
  return { methods: methods.toSpliced(2, 0, equal), turn };
}

async function measureMethod(
  { signal, progress }: Pick<EvaluatePlatform, 'signal' | 'progress'>,
  model: string,
  method: Method,
  { seeds, degrees }: SweepPlan,
  instruments: Instruments,
): Promise<MeasuredMethod> {
  const subjects: MeasuredSubject[] = [];
  const times: number[] = [];
  for (const seed of seeds) {
    signal.throwIfAborted();
    const source = await method.source(seed);
    const start = performance.now();
    const views = await method.draw(seed, degrees);
    times.push((performance.now() - start) / degrees.length);
    subjects.push(await measureSubject(instruments, { seed, degrees, source, views }));
    progress({
      stage: `${model}, ${method.label}`,
      done: subjects.length,
      total: seeds.length,
      text: 'subjects',
    });
  }
  return { method, subjects, viewMs: median(times) };
}

/** Median over subjects of how far the refined sweep turns for every degree that the unrefined one does. */
function turnOf(methods: readonly MeasuredMethod[], readers: Readers): number {
  const [read, own] = sweepMetrics(readers.names, readers.yaw?.reach ?? 0);
  const metric = readers.yaw ? read! : own!;
  const [refined, unrefined] = (['refined', 'unrefined'] as const).map((id) => {
    const { subjects } = methods.find(({ method }) => method.id === id)!;
    return subjects.map((subject) => metric.of(subject, () => true));
  });
  const ratios = refined!.flatMap((slope, k) => {
    const other = unrefined![k] ?? null;
    return slope !== null && other !== null && other > 0 ? [slope / other] : [];
  });
  // Nobody can read a turn: as asked.
  return ratios.length > 0 ? median(ratios) : 1;
}
