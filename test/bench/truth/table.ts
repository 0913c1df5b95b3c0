/** The truth test's table for people, and its bars. */
import type { TruthFigures } from './judge-calibration.ts';

export interface Bars {
  readonly must: Partial<TruthFigures>;
  readonly goal: Partial<TruthFigures>;
}

/** For a training of the default length on the turntables. */
export const TRAINED_BARS: Bars = {
  must: { yawMedianDeg: 1.5, yawSpearmanWorst: 0.98, depthPearson: 0.95, depthRms: 0.055, warpGainDb: 7.5 },
  goal: { yawMedianDeg: 0.7, yawSpearmanWorst: 0.998, depthPearson: 0.98, depthRms: 0.035, warpGainDb: 9 },
};

/** For a model's shipped nets, which learned from its own sweeps. */
export const MODEL_BARS: Bars = {
  must: { yawSpearmanWorst: 0.95, depthPearson: 0.87, warpGainDb: 5.5 },
  goal: { yawSpearmanWorst: 0.998, depthPearson: 0.95, warpGainDb: 8 },
};

interface Column {
  readonly key: keyof TruthFigures;
  readonly title: string;
  readonly digits: number;
  /** Whether less is better. */
  readonly less: boolean;
}

const COLUMNS: readonly Column[] = [
  { key: 'yawMedianDeg', title: 'yaw error °', digits: 2, less: true },
  { key: 'yawSpearmanWorst', title: 'worst Spearman', digits: 4, less: false },
  { key: 'depthPearson', title: 'depth Pearson', digits: 4, less: false },
  { key: 'depthRms', title: 'depth RMS/range', digits: 4, less: true },
  { key: 'warpGainDb', title: 'warp gain dB', digits: 2, less: false },
];

/** Whether figures reach every bar that there is. */
export function meets(figures: TruthFigures, bar: Partial<TruthFigures>): boolean {
  return COLUMNS.every(({ key, less }) => {
    const limit = bar[key];
    return limit === undefined || (less ? figures[key] <= limit : figures[key] >= limit);
  });
}

/** The five figures, rounded for the JSON line. */
export function roundedFigures(figures: TruthFigures): TruthFigures {
  const rounded = COLUMNS.map(({ key }) => [key, Number(figures[key].toFixed(5))]);
  return Object.fromEntries(rounded) as unknown as TruthFigures;
}

/** One line a system, then the bars. */
export function formatTable(rows: readonly { name: string; figures: TruthFigures }[], bars: Bars): string {
  const lines = [
    ['', ...COLUMNS.map(({ title }) => title)],
    ...rows.map(({ name, figures }) => [
      name,
      ...COLUMNS.map(({ key, digits }) => figures[key].toFixed(digits)),
    ]),
    ...(['must', 'goal'] as const).map((bar) => [
      bar,
      ...COLUMNS.map(({ key, less }) =>
        bars[bar][key] === undefined ? '–' : `${less ? '≤' : '≥'} ${bars[bar][key]}`,
      ),
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('   '),
    )
    .join('\n');
}
