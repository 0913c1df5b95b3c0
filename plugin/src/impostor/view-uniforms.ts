import type { ViewSample, ViewSelection } from '../asset/index.ts';

/** Views that a shader takes at once. */
export const VIEWS_AT_ONCE = 3;

/** Four numbers of each of the views, one after another; those of the first where there are fewer. */
export const perView = (
  samples: readonly ViewSample[],
  of: (index: number) => readonly [number, number, number, number],
): number[] => Array.from({ length: VIEWS_AT_ONCE }, (_, k) => of((samples[k] ?? samples[0]!).index)).flat();

/** Weights of the views; 0 where there are fewer. */
export const weightsOf = (samples: readonly ViewSample[]): [number, number, number] => [
  samples[0]?.weight ?? 0,
  samples[1]?.weight ?? 0,
  samples[2]?.weight ?? 0,
];

/** Index of the view with the greatest weight. */
export const heaviest = ({ samples }: ViewSelection): number =>
  samples.reduce((best, sample) => (sample.weight > best.weight ? sample : best)).index;
