import { describe, expect, it } from 'vitest';
import {
  type CandidateScore,
  CandidateVectors,
  DirectionError,
  type DirectionInput,
  type DirectionOptions,
  DRAW_DEFAULTS,
  describeDirection,
  findDirection,
  LEAST_WARP_GAIN,
  learnDirection,
  parseDirectionId,
  type YawDirection,
} from '../../../generator/src/gan/direction/index.ts';
import { type JudgedCandidate, turnsBetter } from '../../../generator/src/gan/direction/turns-better.ts';
import type { LatentDirection } from '../../../generator/src/gan/latents/index.ts';
import { float32, float32Data, Graph, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { DEVIATIONS, DIM, LAYERS, SCALE, SIDE, TURN } from './direction-toy.ts';
import { drawToy, shifted, symmetric, trainableToy } from './direction-toy-graph.ts';

const RANGE = { from: 0, to: LAYERS };

/** The search with one vector of each range and few subjects. */
const FEW: Partial<DirectionOptions> = { vectors: 2, subjects: 4, describeSubjects: 6 };

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);

const learn = (input: DirectionInput, start: LatentDirection, gradientSteps = 150) =>
  learnDirection(input, RANGE, start, { ...DRAW_DEFAULTS, gradientSteps, onStep: () => {} });

const start = (input: DirectionInput, id: string): LatentDirection =>
  new CandidateVectors(input).direction(parseDirectionId(id, LAYERS, DIM));

/** Cosine with a coordinate's axis, in deviations: 1 where nothing else moves. */
function along(input: DirectionInput, vector: readonly number[], axis: number): number {
  const whitened = Array.from({ length: DIM }, (_, k) => {
    const component = input.pca.components.subarray(k * DIM, (k + 1) * DIM);
    return component.reduce((sum, e, i) => sum + e * vector[i]!, 0) / input.pca.deviations[k]!;
  });
  return Math.abs(whitened[axis]!) / Math.hypot(...whitened);
}

describe('the toy as a graph', () => {
  it('draws what the toy draws', async () => {
    const strengths = { light: 0.3, turn: 20, scale: 0.1 };
    const input = trainableToy(strengths);
    const count = 6;
    const ws = Float32Array.from(
      { length: count * LAYERS * DIM },
      (_, k) => input.samples[Math.floor(k / (LAYERS * DIM)) * DIM + (k % DIM)]!,
    );
    const graph = new Graph('toy');
    graph.output('image', drawToy(graph.input('ws', 'float32', [count, LAYERS, DIM]), strengths));
    const session = await createRuntime({ threads: 1 }).load(serialize(graph));
    const drawn = float32Data(await session.run({ ws: float32(ws, [count, LAYERS, DIM]) }), 'image');
    const expected = await input.synthesize(ws, count);
    expect(drawn.length).toBe(count * 3 * SIDE ** 2);
    // A pixel on the outline may fall to either side of it.
    const off = drawn.filter((value, k) => Math.abs(value - expected[k]!) > 1e-3).length;
    expect(off / drawn.length).toBeLessThan(0.002);
  });
});

describe('learnDirection', () => {
  it('finds the turn from a component that does not turn', async () => {
    const input = symmetric(trainableToy({ light: 0, turn: 15, scale: 0.1 }, 8));
    const from = start(input, 'pca:2:0-4');
    expect(along(input, [...from.vector], TURN)).toBeLessThan(0.1);
    const learned = (await learn(input, from, 150))!;

    expect(along(input, learned.vector, TURN)).toBeGreaterThan(0.95);
    expect(dot(learned.vector, learned.probe)).toBeCloseTo(1, 5);
  });

  it('reads off a latent how far the subject is turned already, by whatever turns it', async () => {
    const input = shifted(trainableToy({ light: 0, turn: 15, scale: 0 }, 6));
    const from = start(input, 'pca:1:0-4');
    const learned = (await learn(input, from, 80))!;
    // Subjects look straight ahead where TURN is −.6·SCALE, both in deviations; what is read has to be the same sum.
    const share = (learned.probe[SCALE]! * DEVIATIONS[SCALE]!) / (learned.probe[TURN]! * DEVIATIONS[TURN]!);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.8);
    expect(Math.abs(from.probe[SCALE]! * DEVIATIONS[SCALE]!)).toBeLessThan(0.1);
  });

  it('is the same again, and stops when it is told to', async () => {
    const input = trainableToy({ light: 0.1, turn: 15, scale: 0.1 }, 1);
    const from = start(input, 'pca:1:0-4');
    expect(await learn(input, from, 3)).toEqual(await learn(input, from, 3));
    const controller = new AbortController();
    let steps = 0;
    const stopped = learnDirection(input, RANGE, from, {
      ...DRAW_DEFAULTS,
      gradientSteps: 10,
      signal: controller.signal,
      onStep: (done) => {
        steps = done;
        if (done === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(steps).toBe(3);
  });

  it('names what is wrong with its input', async () => {
    const input = trainableToy({ light: 0.1, turn: 15, scale: 0.1 });
    const from = start(input, 'pca:1:0-4');
    await expect(learn({ ...input, trainable: null }, from)).rejects.toThrow(
      'expected a generator to learn through, got null',
    );
    const few = { ...input, samples: input.samples.subarray(0, 40 * DIM) };
    await expect(learn(few, from)).rejects.toThrow(
      'samples: expected at least 44 latents of 8, got 320 numbers',
    );
    await expect(learn(few, from)).rejects.toThrow(DirectionError);
  });
});

describe('findDirection with a gradient', () => {
  it('offers what it learned beside the screened candidates, and goes on from it without learning again', async () => {
    const input = trainableToy({ light: 0, turn: 15, scale: 0.1 }, 3);
    const events: [number, number][] = [];
    const kept: CandidateScore[] = [];
    const options = { ...FEW, gradientSteps: 8 };
    const whole = await findDirection(input, {
      ...options,
      onScore: (score) => kept.push(score),
      onProgress: (done, total) => events.push([done, total]),
    });
    expect(whole.found).toBe(true);
    const learned = whole.candidates.find(({ id }) => id === 'mirror:0-4')!;
    expect(learned.learned!.vector.length).toBe(DIM);
    expect(learned.warpGain!).toBeGreaterThan(LEAST_WARP_GAIN);
    expect(whole.candidates.find(({ id }) => id === 'pca:1:0-4')).toBeDefined();
    for (const [k, [done, total]] of events.entries()) {
      expect(total).toBe(4 + 1 + 8 + 2);
      if (k > 0) expect(done).toBeGreaterThanOrEqual(events[k - 1]![0]);
    }
    expect(events.at(-1)).toEqual([15, 15]);
    const described = await describeDirection(input, learned, FEW);
    expect(described.id).toBe('mirror:0-4');
    expect(Math.sign(described.vector[TURN]!)).toBe(1);

    const known = JSON.parse(JSON.stringify(kept)) as CandidateScore[];
    const closed = () => {
      throw new Error('nothing is left to learn');
    };
    const resumed = await findDirection(
      { ...input, trainable: { ...input.trainable!, openTraining: closed } },
      { ...options, known },
    );
    expect(resumed).toEqual(whole);
  });
});

describe('turnsBetter', () => {
  const judged = (score: number, zeroSpread: number, warpGain = 0.3): JudgedCandidate => ({
    direction: { zeroSpread, zeroWeight: 1, degreesPerSigma: 20, warpGain } as YawDirection,
    score: { score } as CandidateScore,
  });

  it('wants better mirror images, a zero as sharp, and something that moves', () => {
    const start = judged(0.45, 0.2);
    expect(turnsBetter(judged(0.4, 0.2), start, LEAST_WARP_GAIN)).toBe(true);
    expect(turnsBetter(judged(0.4, 0.1), start, LEAST_WARP_GAIN)).toBe(true);
    expect(turnsBetter(judged(0.46, 0.1), start, LEAST_WARP_GAIN)).toBe(false);
    expect(turnsBetter(judged(0.4, 0.4), start, LEAST_WARP_GAIN)).toBe(false);
    expect(turnsBetter(judged(0.4, 0.2, 0.05), start, LEAST_WARP_GAIN)).toBe(false);
  });
});
