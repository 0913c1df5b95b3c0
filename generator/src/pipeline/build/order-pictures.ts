import type { SweepSet } from '../../calibration/sweep-set.ts';
import { checkViewOrder } from '../../calibration/turntable/index.ts';
import { PipelineError, type Platform } from '../platform.ts';

/**
 * Which order pictures stand in: `names`: as they are named, if their looks agree; `looks`: as neighbours look most
 * alike; `unchecked`: as they are named, whatever they look like.
 */
export type PictureOrder = 'names' | 'looks' | 'unchecked';

/**
 * How much longer the way through all looks may be in the order given than in the best one. On renders of 16 people
 * the order of a turn is the best one; two neighbours 2.5° apart that are swapped make 1.03, two pictures ten places
 * apart 1.9, a shuffle 5.7.
 */
const LONGEST_WAY = 1.25;
const WARN_FROM = 1.01;

/**
 * The order to take pictures in.
 * @returns indices into the set's views
 * @throws PipelineError `build-order` where the pictures cannot be a turn in the order given
 */
export function orderPictures(
  { warn }: Pick<Platform, 'warn'>,
  set: SweepSet,
  names: readonly string[],
  order: PictureOrder,
): number[] {
  const given = names.map((_, k) => k);
  if (order === 'unchecked') return given;
  const { path, ratio } = checkViewOrder(set);
  if (order === 'looks') return [...path];
  if (ratio <= WARN_FROM) return given;
  const better = path.map((view) => names[view]!);
  const first = path.findIndex((view, k) => view !== k);
  const found =
    `neighbours look more alike in another order, from place ${first + 1} on: ` +
    `${better.slice(first, first + 8).join(', ')}${first + 8 < better.length ? ', …' : ''}`;
  if (ratio > LONGEST_WAY)
    throw new PipelineError(
      'build-order',
      `build: expected the pictures of a turn in the order of their names, got a shuffled one: ${found} (the way ` +
        `through all of them is ${ratio.toFixed(2)} times as long as it need be); rename them, take that order with ` +
        '--order looks, or keep yours with --order unchecked',
    );
  warn(`${found}; if yours is wrong, rename them or pass --order looks`);
  return given;
}
