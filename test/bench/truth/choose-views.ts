import { uniformGenerator } from '../../../generator/src/evaluation/index.ts';

/**
 * How strongly views crowd: the densest part of a sweep is e^(2·CROWDING) times as likely to be taken as the thinnest.
 * At .5, taking the steps for even errs by 5° in the median, and the widest gap is 15° in the median of 16 sweeps, 35° at
 * most; at 1.5 gaps of 45° leave nothing to learn from.
 */
const CROWDING = 0.5;

/**
 * Some views of a sweep at uneven angles. Views crowd in one part and thin out in another, elsewhere for each subject:
 * whoever takes the steps for even is wrong by several degrees.
 *
 * @param total    views of the sweep
 * @param count    how many of them
 * @param seed     of the whole test
 * @param subject  whose sweep
 * @returns rising indices
 */
export function chooseViews(total: number, count: number, seed: number, subject: number): number[] {
  const uniform = uniformGenerator(2 * (seed * 65537 + subject));
  const cycles = 0.5 + uniform();
  const phase = uniform();
  // Weighted sampling without replacement (Efraimidis and Spirakis 2006): the largest keys log(u) ÷ weight.
  const keyed = Array.from({ length: total }, (_, index) => {
    const weight = Math.exp(CROWDING * Math.sin(2 * Math.PI * ((cycles * index) / total + phase)));
    return { index, key: Math.log(1 - uniform()) / weight };
  });
  return keyed
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}
