import { float32, initialState, Random, scheduleFeeds, type TensorValue } from '../../graph/index.ts';
import { component, type LatentDirection, type LayerRange, type Pca, truncate } from '../latents/index.ts';
import { DirectionError } from './errors.ts';
import { MOVE, mirrorStep, READ, usedComponents } from './mirror-step.ts';
import type { DirectionInput, DrawOptions, LearnedDirection } from './types.ts';

/** Adam's rate (refiner.md, part 1); it falls linearly to zero over the second half of the steps. */
const RATE = 0.03;

/** Standard deviations that pairs are moved to both sides (refiner.md, part 1). */
const [LEAST_X, MOST_X] = [0.75, 2.75];

/** Seed of the batches. */
const SEED = 0;

export interface LearnOptions extends Pick<DrawOptions, 'describeSubjects' | 'psi' | 'signal'> {
  readonly gradientSteps: number;
  /** Called after each step. */
  readonly onStep: (done: number) => void;
}

/**
 * Learns a direction by gradient through the generator (`mirrorStep`), from one that was screened. The subjects are
 * those that no candidate is judged on. The result depends on its input alone, but for the rounding of the device.
 * @param range layers that the direction moves
 * @param start whose place in W is the first guess; its own layers do not matter
 * @returns null where the loss stops being a number
 * @throws DirectionError `direction-input` where there is no generator or too few subjects; what `signal` was aborted with
 */
export async function learnDirection(
  input: DirectionInput,
  range: LayerRange,
  start: LatentDirection,
  { gradientSteps, describeSubjects, psi, signal, onStep }: LearnOptions,
): Promise<LearnedDirection | null> {
  const { pca, layers, trainable, samples, wAverage } = input;
  if (!trainable)
    throw new DirectionError('direction-input', 'trainable: expected a generator to learn through, got null');
  const { draw, subjects } = trainable;
  const w = truncate(samples.subarray(describeSubjects * pca.dim), wAverage, psi);
  if (w.length < subjects * pca.dim)
    throw new DirectionError(
      'direction-input',
      `samples: expected at least ${describeSubjects + subjects} latents of ${pca.dim}, got ${samples.length} numbers`,
    );
  const step = mirrorStep({ pca, layers, range, subjects, draw });
  const first = whitened(pca, start.vector);
  const session = await trainable
    .openTraining()
    .load(step, initialState(step, SEED, { [MOVE]: first, [READ]: first }));
  try {
    for (let k = 0; k < gradientSteps; k++) {
      signal?.throwIfAborted();
      const rate = RATE * Math.min(1, 2 - (2 * k) / gradientSteps);
      const reports = await session.step({
        ...scheduleFeeds(step, k, rate),
        ...drawBatch(w, pca.dim, subjects, new Random(SEED, 'direction', k)),
      });
      if (!Number.isFinite(reports['loss']![0])) return null;
      onStep(k + 1);
    }
    const state = await session.read();
    return fromWhitened(pca, state[MOVE]!, state[READ]!);
  } finally {
    await session.release();
  }
}

/** Random subjects, each moved by a random x. */
function drawBatch(
  w: Float32Array,
  dim: number,
  subjects: number,
  random: Random,
): Record<string, TensorValue> {
  const batch = new Float32Array(subjects * dim);
  const x = new Float32Array(subjects);
  for (let n = 0; n < subjects; n++) {
    const k = random.integer(w.length / dim);
    batch.set(w.subarray(k * dim, (k + 1) * dim), n * dim);
    x[n] = LEAST_X + (MOST_X - LEAST_X) * random.uniform();
  }
  return { w: float32(batch, [subjects, dim]), x: float32(x, [subjects, 1]) };
}

/** c of v = Σ cₖσₖeₖ: f32 [K]. */
function whitened(pca: Pca, vector: Float32Array): Float32Array {
  return Float32Array.from({ length: usedComponents(pca) }, (_, k) => {
    const e = component(pca, k);
    let dot = 0;
    for (let i = 0; i < pca.dim; i++) dot += e[i]! * vector[i]!;
    return dot / pca.deviations[k]!;
  });
}

/** The direction of c and d, as `mirrorStep` makes it. */
function fromWhitened(pca: Pca, move: Float32Array, read: Float32Array): LearnedDirection {
  const { dim, deviations } = pca;
  const length = Math.hypot(...move);
  const along = move.reduce((sum, c, k) => sum + (c / length) * read[k]!, 0);
  const [vector, probe] = [new Float64Array(dim), new Float64Array(dim)];
  move.forEach((c, k) => {
    const e = component(pca, k);
    for (let i = 0; i < dim; i++) {
      vector[i]! += (c / length) * deviations[k]! * e[i]!;
      probe[i]! += (read[k]! / along / deviations[k]!) * e[i]!;
    }
  });
  return { vector: [...Float32Array.from(vector)], probe: [...Float32Array.from(probe)] };
}
