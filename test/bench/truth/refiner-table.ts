/** The refiner's figures for people: what each sweep shows by itself, and its gains between the bars. */
import { barText, type RefinerBar } from './refiner-bars.ts';
import type { RefinerGains, SweepFigures } from './refiner-figures.ts';

const OWN: readonly (readonly [string, (figures: SweepFigures) => string])[] = [
  ['slope', ({ slope }) => slope.toFixed(3)],
  ['n15 dB', ({ neighbourDb }) => neighbourDb.toFixed(2)],
  ['f15 dB', ({ frontalDb }) => frontalDb.toFixed(2)],
  ['f30 dB', ({ frontal30Db }) => frontal30Db.toFixed(2)],
  ['drift by 15°', ({ driftBy15 }) => driftBy15.map((drift) => drift.toFixed(3)).join(' ')],
  ['jump', ({ jumpMedian }) => jumpMedian.toFixed(3)],
  ['> .1', ({ jumpShare }) => jumpShare.toFixed(2)],
  ['sharp·10³', ({ sharpness }) => (1e3 * sharpness).toFixed(2)],
  ['SSIM', ({ ssim }) => ssim.toFixed(3)],
  ['KID·10³', ({ distances }) => (1e3 * distances.mixed).toFixed(1)],
  ['by yaw', ({ distances }) => (1e3 * distances.atYaws).toFixed(1)],
  ['plain', ({ distances }) => (1e3 * distances.plain).toFixed(1)],
];

/** One line a sweep. */
export function ownTable(title: string, rows: readonly { name: string; figures: SweepFigures }[]): string {
  return aligned([
    [title, ...OWN.map(([name]) => name)],
    ...rows.map(({ name, figures }) => [name, ...OWN.map(([, text]) => text(figures))]),
  ]);
}

/** A row of gains; the time to refine is nobody's but a refiner's. */
export type GainsRow = RefinerGains & { readonly refineShare: number | null };

const GAINS: readonly (readonly [keyof GainsRow, string, number])[] = [
  ['yawReached', 'yaw', 3],
  ['yawReachedRatio', '÷ unrefined', 3],
  ['warpGainDb', 'warp dB', 2],
  ['frontalWarpGainDb', 'frontal dB', 2],
  ['identityDriftShare', 'drift', 2],
  ['jumpShare', 'jumps', 2],
  ['jumpShareRatio', '÷ unrefined', 2],
  ['distributionRatio', 'KID', 2],
  ['yawwiseDistributionRatio', 'by yaw', 2],
  ['plainDistributionRatio', 'plain', 2],
  ['sharpnessRatio', 'sharpness', 2],
  ['ssimGain', 'SSIM', 3],
  ['refineShare', 'time', 3],
];

const SIGNED: ReadonlySet<keyof GainsRow> = new Set(['warpGainDb', 'frontalWarpGainDb', 'ssimGain']);

/** One line a row over the unrefined sweep at equal turn, then the bars. */
export function gainsTable(
  title: string,
  rows: readonly { name: string; gains: GainsRow }[],
  bars: readonly RefinerBar[],
): string {
  const cell = (key: keyof GainsRow, digits: number, value: number | null): string =>
    value === null || Number.isNaN(value)
      ? '–'
      : `${SIGNED.has(key) && value >= 0 ? '+' : ''}${value.toFixed(digits)}`;
  return aligned([
    [title, ...GAINS.map(([, name]) => name)],
    ...rows.map(({ name, gains }) => [
      name,
      ...GAINS.map(([key, , digits]) => cell(key, digits, gains[key])),
    ]),
    ...(['must', 'goal'] as const).map((level) => [
      level,
      ...GAINS.map(([key]) => {
        const bar = bars.find((one) => one.key === key);
        return bar ? barText(bar[level]) : '–';
      }),
    ]),
  ]);
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('   '),
    )
    .join('\n');
}
