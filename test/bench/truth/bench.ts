/** The truth test as a bench: a system between its baselines and its ceiling, as a table and as one JSON object. */
import { loadavg } from 'node:os';
import { judgeTogether, type TruthReport } from './judge-calibration.ts';
import { PLAN_DEFAULTS, type PlanOptions, planSweep } from './plan.ts';
import type { Sweep, SweepSource } from './sweeps.ts';
import { type Answer, type CalibrationSystem, EVEN_STEPS, fromImages, NOT_TURNING, TRUTH } from './system.ts';
import { type Bars, formatTable, meets, roundedFigures } from './table.ts';

export interface BenchEntry {
  /** Name of the table's row and of the JSON's key. */
  readonly name: string;
  readonly system: CalibrationSystem;
}

export interface CalibrationBench {
  /** What is judged. */
  readonly main: BenchEntry;
  /** What stands in the same table: other configurations, trained on the same data. */
  readonly peers?: readonly BenchEntry[];
  readonly bars: Bars;
  readonly plan?: Partial<PlanOptions>;
  /** What the JSON says besides: steps, images, minutes of a training; a model's folder. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Judges everything on the same views.
 *
 * @returns the table for people, and the JSON object with the same figures
 */
export async function benchCalibration(
  { main, peers = [], bars, plan = {}, details = {} }: CalibrationBench,
  sweeps: SweepSource,
): Promise<{ table: string; json: Record<string, unknown> & { bench: string } }> {
  const options = { ...PLAN_DEFAULTS, ...plan };
  const views: Record<string, number[]> = {};
  const listed: SweepSource = {
    ...sweeps,
    async load(subject) {
      const sweep: Sweep = await sweeps.load(subject);
      views[subject] = [...planSweep(sweep, options).chosen];
      return sweep;
    },
  };
  const others: { name: string; answer: Answer }[] = [
    { name: 'notTurning', answer: fromImages(NOT_TURNING) },
    { name: 'evenSteps', answer: fromImages(EVEN_STEPS) },
    ...peers.map(({ name, system }) => ({ name, answer: fromImages(system) })),
    { name: 'truth', answer: TRUTH },
  ];
  const [report, ...reports] = (await judgeTogether(
    [fromImages(main.system), ...others.map(({ answer }) => answer)],
    listed,
    options,
  )) as [TruthReport, ...TruthReport[]];
  const rows = others.map(({ name }, k) => ({ name, figures: reports[k]! }));
  const { subjects, byYaw, ...scalars } = report;
  return {
    table: formatTable([{ name: main.name, figures: report }, ...rows], bars),
    json: {
      bench: 'calibration',
      ...scalars,
      ...roundedFigures(report),
      met: { must: meets(report, bars.must), goal: meets(report, bars.goal) },
      rows: Object.fromEntries(rows.map(({ name, figures }) => [name, roundedFigures(figures)])),
      ...details,
      resolution: sweeps.resolution,
      seed: options.seed,
      load: loadavg()[0],
      subjects,
      byYaw,
      views,
    },
  };
}
