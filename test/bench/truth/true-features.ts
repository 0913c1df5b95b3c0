/** The judge's features of true people at wanted yaws: what the distance to the true distribution is taken from. */
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { SharedJudge } from './judge.ts';
import type { Render, Renders } from './renders.ts';

/** Renders taken for each yaw: of 4,000 the 48 nearest to 60° lie within some 3° of it. */
export const RENDERS_A_YAW = 48;

/**
 * The renders nearest to each yaw, each of them once.
 *
 * @param yaws  radians
 * @throws TruthError `data` where there are fewer renders than are wanted
 */
export function rendersNear(
  renders: readonly Render[],
  yaws: readonly number[],
  count: number = RENDERS_A_YAW,
): Render[] {
  if (renders.length < yaws.length * count)
    throw new TruthError(
      'data',
      `renders: expected at least ${yaws.length * count} for ${yaws.length} yaws, got ${renders.length}`,
    );
  const left = new Set(renders);
  return yaws.flatMap((yaw) => {
    const nearest = [...left].sort((a, b) => Math.abs(a.yaw - yaw) - Math.abs(b.yaw - yaw)).slice(0, count);
    for (const render of nearest) left.delete(render);
    return nearest;
  });
}

/** Features of true single views. */
export interface TrueFeatures {
  /** f32 [d] each, of the people seen nearest to these yaws (radians). */
  near(yaws: readonly number[]): Promise<Float32Array[]>;
}

/** Reads each render at most once, when it is first wanted. */
export function trueFeatures(
  renders: Renders,
  judge: Pick<SharedJudge, 'read'>,
  count: number = RENDERS_A_YAW,
): TrueFeatures {
  const known = new Map<number, Float32Array>();
  return {
    async near(yaws) {
      const wanted = rendersNear(renders.renders, yaws, count);
      const unread = wanted.filter(({ index }) => !known.has(index));
      const images: RgbImage[] = [];
      for (const render of unread) images.push(await renders.load(render));
      const readings = await judge.read(images);
      unread.forEach(({ index }, k) => void known.set(index, readings[k]!.features));
      return wanted.map(({ index }) => known.get(index)!);
    },
  };
}
