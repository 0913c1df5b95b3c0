import { truncate } from '../latents/index.ts';
import { directionId, learnedRange, listCandidates } from './candidates.ts';
import { describeCandidate } from './describe.ts';
import { DirectionError } from './errors.ts';
import { learnDirection } from './learn.ts';
import { scoreCandidate } from './screen.ts';
import type { SweeperInput } from './sweeper.ts';
import { turnsBetter } from './turns-better.ts';
import type {
  CandidateKey,
  CandidateScore,
  DirectionInput,
  DirectionOptions,
  DirectionSearch,
  DrawOptions,
  YawDirection,
} from './types.ts';
import { CandidateVectors } from './vectors.ts';

export const DRAW_DEFAULTS: DrawOptions = { describeSubjects: 32, psi: 0.8, batch: 16, signal: null };

export const DIRECTION_DEFAULTS: DirectionOptions = {
  ...DRAW_DEFAULTS,
  vectors: 16,
  subjects: 16,
  previewSubjects: 4,
  finalists: 24,
  gradientSteps: 150,
  known: [],
  onScore: () => {},
  onProgress: () => {},
};

/**
 * The score from which on a candidate is no turn. Measured: the best of a tidy GAN .51 and of a drifting one .55, the
 * best that does not turn 1.00 there, and the best of 13 random networks of 8² to 64² .97 to 2.3.
 */
export const LARGEST_SCORE = 0.85;

/**
 * The least gain of a warp. A light that moves from side to side mirrors as a turn does, edges included: they change in
 * strength where they are. But nothing moves, and warping gains nothing. Measured: turns .15–.30, a light from the side
 * 0–.03, .08 on a ball without features; random networks 0.
 */
export const LEAST_WARP_GAIN = 0.1;

/** Candidates with a turn's score that are tried by the warp before the search gives up. */
const MOST_WARPED = 8;

/**
 * Looks for the direction of W that turns the subject, without labels: every principal component and SeFa vector on
 * some ranges of layers is screened by its mirror ratio, on few subjects first, the promising ones on all; the best
 * whose views a warp brings nearer to each other is it. Where the generator can be trained through, one more is learned
 * from that by gradient, judged in the same way, and taken if it is better. The result depends on its input alone.
 * @throws DirectionError `direction-input`; what `signal` was aborted with
 */
export async function findDirection(
  input: DirectionInput,
  options: Partial<DirectionOptions> = {},
): Promise<DirectionSearch> {
  const settings = { ...DIRECTION_DEFAULTS, ...options };
  const { subjects, previewSubjects, finalists, known, onScore, onProgress, signal } = settings;
  const sweeper = sweeperInput(input, settings);
  const vectors = new CandidateVectors(input);
  const measured = new Map(known.map((score) => [`${score.id} ${score.subjects}`, score]));
  const keys = listCandidates(
    input.layers,
    Math.min(settings.vectors, input.pca.dim),
    input.styles.length > 0,
  );
  const looks = previewSubjects < subjects && finalists < keys.length ? keys.length : 0;
  const screened = looks + (looks > 0 ? finalists : keys.length) + 1;
  const learning = input.trainable ? settings.gradientSteps + 2 : 0;
  const total = screened + learning;
  let done = 0;

  const measure = async (key: CandidateKey, count: number): Promise<CandidateScore> => {
    signal?.throwIfAborted();
    onProgress(done++, total, directionId(key));
    const finished = measured.get(`${directionId(key)} ${count}`);
    if (finished) return finished;
    const w = subjectLatents(input, settings, count);
    const score = await scoreCandidate(sweeper, key, vectors.direction(key), w);
    onScore(score);
    return score;
  };

  const learn = async (start: YawDirection): Promise<CandidateScore | null> => {
    if (!input.trainable) return null;
    const key: CandidateKey = { kind: 'mirror', index: 0, layers: learnedRange(input.layers) };
    const id = directionId(key);
    const finished = measured.get(`${id} ${subjects}`);
    if (finished) return finished;
    const onStep = (steps: number): void => onProgress(screened + steps, total, id);
    const found = await learnDirection(input, key.layers, start, { ...settings, onStep });
    done = total - 2;
    return found && measure({ ...key, learned: found }, subjects);
  };

  const preview: CandidateScore[] = [];
  if (looks > 0) for (const key of keys) preview.push(await measure(key, previewSubjects));
  const ranked = looks > 0 ? preview.sort(byScore) : keys;
  const scores: CandidateScore[] = [];
  for (const key of looks > 0 ? ranked.slice(0, finalists) : ranked)
    scores.push(await measure(key, subjects));
  scores.sort(byScore);

  let best: YawDirection | null = null;
  const w = subjectLatents(input, settings, settings.describeSubjects);
  const still = new Set<string>();
  for (const [k, score] of scores.entries()) {
    if (score.score === null || score.score > LARGEST_SCORE || still.size === MOST_WARPED) break;
    // A component that moves nothing on some layers moves nothing on others.
    const component = score.kind === 'pca' ? `${score.index}` : score.id;
    if (still.has(component)) continue;
    onProgress(screened - 1, total, score.id);
    const direction = await describeCandidate(sweeper, score, vectors.direction(score), w);
    scores[k] = { ...score, warpGain: direction.warpGain };
    if (direction.warpGain >= LEAST_WARP_GAIN) {
      best = direction;
      break;
    }
    still.add(component);
  }

  const learned = best && (await learn(best));
  if (best && learned) {
    onProgress(total - 1, total, learned.id);
    const direction = await describeCandidate(sweeper, learned, vectors.direction(learned), w);
    const start = scores.find(({ id }) => id === best!.id)!;
    if (turnsBetter({ direction, score: learned }, { direction: best, score: start }, LEAST_WARP_GAIN))
      best = direction;
    scores.push({ ...learned, warpGain: direction.warpGain });
    scores.sort(byScore);
  }
  onProgress(total, total, best?.id ?? '');
  const candidates = [...scores, ...preview.slice(finalists)];
  return { found: best !== null, summary: summarize(candidates, best), candidates, best };
}

/**
 * Sign, first scale, zero and range of a direction that a person chose.
 * @param key from `parseDirectionId`
 */
export async function describeDirection(
  input: DirectionInput,
  key: CandidateKey,
  options: Partial<DrawOptions> = {},
): Promise<YawDirection> {
  const settings = { ...DRAW_DEFAULTS, ...options };
  const direction = new CandidateVectors(input).direction(key);
  const w = subjectLatents(input, settings, settings.describeSubjects);
  return describeCandidate(sweeperInput(input, settings), key, direction, w);
}

/** What a sweeper needs, of what the search was given. */
export function sweeperInput(input: DirectionInput, { batch, signal }: DrawOptions): SweeperInput {
  const { synthesize, layers, pca, cover } = input;
  return { synthesize, layers, mean: pca.mean, batch, signal, ...(cover ? { cover } : {}) };
}

/** The first subjects: f32 [count,D], truncated. */
export function subjectLatents(
  { samples, wAverage, pca }: DirectionInput,
  { psi }: DrawOptions,
  count: number,
): Float32Array {
  if (samples.length < count * pca.dim)
    throw new DirectionError(
      'direction-input',
      `samples: expected at least ${count} latents of ${pca.dim}, got ${samples.length} numbers`,
    );
  return truncate(samples.subarray(0, count * pca.dim), wAverage, psi);
}

/** Best first; those that change nothing last. */
function byScore(a: CandidateScore, b: CandidateScore): number {
  const value = ({ score }: CandidateScore): number => score ?? Number.POSITIVE_INFINITY;
  return value(a) === value(b) ? 0 : value(a) - value(b);
}

function summarize(candidates: readonly CandidateScore[], best: YawDirection | null): string {
  const first = candidates[0];
  if (best) {
    const score = candidates.find(({ id }) => id === best.id)?.score ?? 0;
    return `${best.id} turns the subject: mirror ratio ${score.toFixed(2)}, about ${best.degreesPerSigma.toFixed(0)}° a step`;
  }
  if (first?.score === undefined || first.score === null)
    return 'nothing turns the subject: no direction that was tried changes its pictures';
  if (first.score > LARGEST_SCORE)
    return (
      `nothing turns the subject: the best mirror ratio is ${first.score.toFixed(2)} (${first.id}), ` +
      `and turns stay below ${LARGEST_SCORE}`
    );
  return (
    `nothing turns the subject: ${first.id} mirrors as a turn does (${first.score.toFixed(2)}), ` +
    'but nothing moves; it may be a light from the side'
  );
}
