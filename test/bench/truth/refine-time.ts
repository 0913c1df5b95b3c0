/** What mending a view costs, over drawing it. */

import { median } from '../../../generator/src/evaluation/index.ts';
import { float32, type Session } from '../../../generator/src/graph/index.ts';
import { TruthError } from './errors.ts';
import { orbit } from './warp.ts';

/** Views of a batch that is timed. */
export const TIMED_BATCH = 16;

const ROUNDS = 9;

/** Latents of one batch. */
export interface RefinerBatch {
  /** f32 [L,W]: the subject that faces the camera. */
  readonly source: Float32Array;
  /** f32 [n,L,W]: turned, not mended. */
  readonly views: Float32Array;
  readonly layers: number;
  readonly wDim: number;
  /** Radians, one a view. */
  readonly yaws: readonly number[];
}

/**
 * One run of a refiner by its contract: `w`, `rotated` f32 [N,L,D], `pose` f32 [N,6], `t` f32 [N] at 0 (one step) →
 * `refined` f32 [N,L,D].
 * @throws TruthError `model` where the session takes or gives something else
 */
export function refinerRun(session: Session, { source, views, layers, wDim, yaws }: RefinerBatch) {
  const n = yaws.length;
  const w = new Float32Array(n * source.length);
  const pose = new Float32Array(6 * n);
  yaws.forEach((yaw, k) => {
    w.set(source, k * source.length);
    pose.set([0, yaw, 0, ...orbit(yaw).translation], 6 * k);
  });
  const feeds = {
    w: float32(w, [n, layers, wDim]),
    rotated: float32(views, [n, layers, wDim]),
    pose: float32(pose, [n, 6]),
    t: float32(new Float32Array(n), [n]),
  };
  const expected = Object.keys(feeds);
  if (
    [...session.inputNames].sort().join() !== [...expected].sort().join() ||
    !session.outputNames.includes('refined')
  )
    throw new TruthError(
      'model',
      `refiner.onnx: expected inputs ${expected.join(', ')} and output refined, got ` +
        `${session.inputNames.join(', ')} and ${session.outputNames.join(', ')}`,
    );
  return () => session.run(feeds, ['refined']);
}

/** Time of one over that of the other: medians of nine turns each, taken alternately, after one that does not count. */
export async function timeShare(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ share: number; ms: readonly [number, number] }> {
  const times: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++)
    for (const [k, run] of [one, other].entries()) {
      const start = performance.now();
      await run();
      if (round >= 0) times[k]!.push(performance.now() - start);
    }
  const ms = [median(times[0]), median(times[1])] as const;
  return { share: ms[0] / ms[1], ms };
}
