import { describe, expect, it } from 'vitest';
import {
  type CandidateScore,
  DirectionError,
  type DirectionInput,
  type DirectionOptions,
  describeDirection,
  findDirection,
  frontalX,
  LARGEST_SCORE,
  LEAST_WARP_GAIN,
  parseDirectionId,
} from '../../../generator/src/gan/direction/index.ts';
import { truncate } from '../../../generator/src/gan/latents/index.ts';
import { LIGHT, SCALE, type ToyStrengths, TURN, toyInput } from './direction-toy.ts';

const FEW: Partial<DirectionOptions> = {
  vectors: 5,
  subjects: 12,
  previewSubjects: 4,
  finalists: 6,
  describeSubjects: 16,
};

const search = (strengths: ToyStrengths, options: Partial<DirectionOptions> = {}) =>
  findDirection(toyInput(strengths), { ...FEW, ...options });

const of = (candidates: readonly CandidateScore[], index: number): CandidateScore =>
  candidates.find((candidate) => candidate.index === index)!;

describe('findDirection on heads whose turn is known', () => {
  it.each([20, -20])(
    'picks the turn (%d° a step), not the stronger light, and gives it its sign',
    async (turn) => {
      const { found, best, candidates, summary } = await search({ light: 0.5, turn, scale: 0.1 });
      expect(found).toBe(true);
      expect(best).toMatchObject({ kind: 'pca', index: TURN });
      expect(Math.sign(best!.vector[TURN]!)).toBe(Math.sign(turn));
      expect(best!.degreesPerSigma).toBeGreaterThan(13);
      expect(best!.degreesPerSigma).toBeLessThan(27);
      expect(summary).toMatch(/^pca:1:0-2 turns the subject: mirror ratio 0\.\d\d, about \d\d° a step$/);
      // The light mirrors better than the turn, on edges too; only that nothing moves gives it away.
      expect(of(candidates, LIGHT).score!).toBeLessThan(of(candidates, TURN).score!);
      expect(of(candidates, LIGHT).edgeRatio!).toBeLessThan(LARGEST_SCORE);
      expect(of(candidates, LIGHT).warpGain!).toBeLessThan(LEAST_WARP_GAIN / 2);
      expect(of(candidates, TURN).warpGain!).toBeGreaterThan(2 * LEAST_WARP_GAIN);
      expect(of(candidates, SCALE).score!).toBeGreaterThan(0.95);
    },
  );

  it.each([0.2, 0.5, 1])(
    'refuses a generator that has nothing but a light (%d) and a zoom',
    async (light) => {
      const { found, best, candidates, summary } = await search({ light, turn: 0, scale: 0.1 });
      expect(found).toBe(false);
      expect(best).toBeNull();
      expect(candidates[0]!).toMatchObject({ index: LIGHT });
      expect(candidates[0]!.score!).toBeLessThan(LARGEST_SCORE);
      expect(summary).toContain('nothing turns the subject');
      expect(summary).toContain('a light from the side');
    },
  );

  it('refuses a generator whose heads only grow', async () => {
    const { found, candidates, summary } = await search({ light: 0, turn: 0, scale: 0.1 });
    expect(found).toBe(false);
    expect(candidates[0]!.score!).toBeGreaterThan(LARGEST_SCORE);
    expect(summary).toMatch(/^nothing turns the subject: the best mirror ratio is \d\.\d\d/);
  });

  it('refuses a generator that draws one picture, where the ratios are 0/0', async () => {
    const input = toyInput({ light: 0, turn: 0, scale: 0 });
    const picture = await input.synthesize(new Float32Array(4 * 8), 1);
    const still: DirectionInput = {
      ...input,
      synthesize: (_, count) =>
        Promise.resolve(
          Float32Array.from({ length: count * picture.length }, (_, i) => picture[i % picture.length]!),
        ),
    };
    const { found, candidates, summary } = await findDirection(still, FEW);
    expect(found).toBe(false);
    for (const candidate of candidates)
      expect(candidate).toMatchObject({ mirrorRatio: null, edgeRatio: null, score: null, change: 0 });
    expect(summary).toContain('no direction that was tried changes its pictures');
    expect(JSON.parse(JSON.stringify(candidates))).toEqual(candidates);
  });

  it('measures every candidate, first on few subjects, the best on all', async () => {
    const { candidates } = await search({ light: 0.2, turn: 15, scale: 0.1 });
    expect(candidates.map(({ id }) => id).sort()).toEqual(
      [0, 1, 2, 3, 4].flatMap((k) => [`pca:${k}:0-2`, `pca:${k}:0-4`]),
    );
    expect(candidates.map(({ subjects }) => subjects)).toEqual([12, 12, 12, 12, 12, 12, 4, 4, 4, 4]);
    const scores = candidates.slice(0, 6).map(({ score }) => score!);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
  });
});

describe('findDirection as a stage', () => {
  const strengths = { light: 0.3, turn: 20, scale: 0.1 };

  it('reports its progress to the end', async () => {
    const events: [number, number][] = [];
    await search(strengths, { onProgress: (done, total) => events.push([done, total]) });
    expect(events[0]![0]).toBe(0);
    expect(events.at(-1)![0]).toBe(events.at(-1)![1]);
    for (const [k, [done, total]] of events.entries()) {
      expect(total).toBe(10 + 6 + 1);
      if (k > 0) expect(done).toBeGreaterThanOrEqual(events[k - 1]![0]);
    }
  });

  it('stops when it is told to, and goes on from the scores it gave, to the same result', async () => {
    const whole = await search(strengths);
    const controller = new AbortController();
    const kept: CandidateScore[] = [];
    const stopped = search(strengths, {
      signal: controller.signal,
      onScore: (score) => {
        if (kept.push(score) === 12) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(kept.length).toBe(12);

    const known = JSON.parse(JSON.stringify(kept)) as CandidateScore[];
    const further: CandidateScore[] = [];
    const resumed = await search(strengths, { known, onScore: (score) => further.push(score) });
    expect(further.length).toBe(4);
    expect(resumed).toEqual(whole);
  });

  it('asks for no more pictures at once than the batch', async () => {
    const input = toyInput(strengths);
    const counts = new Set<number>();
    const counting: DirectionInput = {
      ...input,
      synthesize: (ws, count) => {
        counts.add(count);
        return input.synthesize(ws, count);
      },
    };
    const narrow = await findDirection(counting, { ...FEW, batch: 5 });
    expect(Math.max(...counts)).toBe(5);
    expect(narrow).toEqual(await findDirection(input, FEW));
  });

  it('names what is wrong with its input', async () => {
    const input = toyInput(strengths);
    await expect(findDirection({ ...input, samples: input.samples.subarray(0, 80) }, FEW)).rejects.toThrow(
      'samples: expected at least 12 latents of 8, got 80 numbers',
    );
    const odd = { ...input, synthesize: () => Promise.resolve(new Float32Array(100)) };
    await expect(findDirection(odd, FEW)).rejects.toThrow(DirectionError);
    await expect(findDirection(odd, FEW)).rejects.toThrow('square pictures [3,S,S], got 100 numbers');
  });
});

describe('a direction', () => {
  const key = parseDirectionId('pca:1:0-4', 4, 8);

  it('that a person chose is described alike: sign, scale, zero', async () => {
    for (const turn of [18, -18]) {
      const input = toyInput({ light: 0.1, turn, scale: 0.05 });
      const direction = await describeDirection(input, key, { describeSubjects: 16 });
      expect(Math.sign(direction.vector[TURN]!)).toBe(Math.sign(turn));
      expect(direction.degreesPerSigma).toBeGreaterThan(12);
      expect(direction.degreesPerSigma).toBeLessThan(24);
      expect(Math.abs(direction.zero)).toBeLessThan(0.2);
      const dot = direction.vector.reduce((sum, v, i) => sum + v * direction.probe[i]!, 0);
      expect(dot).toBeCloseTo(1, 5);
    }
  });

  it('has its zero where heads look straight ahead, for each its own where that differs', async () => {
    const input = toyInput({ light: 0, turn: 18, scale: 0.05 });
    /** Heads that look straight ahead at −.8 and more or less, by a coordinate of W that the direction leaves alone. */
    const shifted: DirectionInput = {
      ...input,
      synthesize: (ws, count) => {
        const moved = ws.slice();
        for (let i = 0; i < moved.length; i += 8)
          moved[i + TURN]! += 3 * (0.8 + 0.6 * (ws[i + SCALE]! / 2.2));
        return input.synthesize(moved, count);
      },
    };
    const direction = await describeDirection(shifted, key, { describeSubjects: 32 });
    expect(direction.zero).toBeCloseTo(-0.8, 0);
    expect(direction.zeroSpread).toBeGreaterThan(0.3);
    expect(direction.zeroWeight).toBeGreaterThan(0.8);
    const sweeper = { ...shifted, mean: shifted.pca.mean, batch: 8, signal: null };
    for (let n = 40; n < 48; n++) {
      const w = truncate(shifted.samples.subarray(n * 8, (n + 1) * 8), shifted.wAverage, 0.8);
      const truth = -0.8 - 0.6 * (w[SCALE]! / 2.2);
      expect(Math.abs((await frontalX(sweeper, direction, w)) - truth)).toBeLessThan(0.25);
    }
  });

  it('ends where heads stop turning', async () => {
    const input = toyInput({ light: 0, turn: 30, scale: 0.05 });
    /** The turn stays as it is beyond 1.5 deviations to the right. */
    const saturated: DirectionInput = {
      ...input,
      synthesize: (ws, count) => {
        const held = ws.map((v, i) => (i % 8 === TURN ? Math.min(v, 4.5) : v));
        return input.synthesize(held, count);
      },
    };
    const { range } = await describeDirection(saturated, key, { describeSubjects: 8 });
    expect(range[1]).toBeGreaterThanOrEqual(1.25);
    expect(range[1]).toBeLessThanOrEqual(1.75);
    const free = await describeDirection(toyInput({ light: 0, turn: 12, scale: 0.05 }), key, {
      describeSubjects: 8,
    });
    expect(free.range[0]).toBeLessThanOrEqual(-2.75);
    expect(free.range[1]).toBeGreaterThanOrEqual(2.75);
  });
});
