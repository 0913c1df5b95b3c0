import { describe, expect, it } from 'vitest';
import { Random } from '../../../generator/src/graph/index.ts';
import { PAPER_CONFIG, type PairedSubject } from '../../../generator/src/refiner/index.ts';
import { drawPaperBatch } from '../../../generator/src/refiner/paper-batches.ts';
import { signalAt } from '../../../generator/src/refiner/schedule.ts';
import { TOY } from './toy.ts';

const SIZE = TOY.layers * TOY.basis.dim;
const SIDE = 2;

/** Subjects whose numbers say which they are; ŵ says which pair. */
const subject = (value: number): PairedSubject => ({
  source: new Float32Array(SIZE).fill(value),
  depth: new Float32Array(SIDE * SIDE).fill(10 * value),
  rotated: (pair) => new Float32Array(SIZE).fill(value + pair / 100),
});

describe('pairs of the paper', () => {
  const { subjects, views } = PAPER_CONFIG.batch;
  const draw = (seed: number) =>
    drawPaperBatch([subject(1), subject(2)], PAPER_CONFIG, TOY, SIDE, new Random(seed, 'pairs'));
  const numbers = (seed: number, name: string) => Array.from(draw(seed)[name]!.data as Float32Array);

  it('stand beside their own subject and its depth', () => {
    const feeds = draw(1);
    expect(feeds['rotated']!.shape).toEqual([subjects * views, TOY.layers, TOY.basis.dim]);
    expect(feeds['sourceDepth']!.shape).toEqual([subjects, 1, SIDE, SIDE]);
    const [source, depth, rotated] = ['source', 'sourceDepth', 'rotated'].map((name) => numbers(1, name));
    for (let row = 0; row < subjects * views; row++) {
      const owner = Math.floor(row / views);
      expect(depth![owner * SIDE * SIDE]).toBe(10 * source![owner * SIZE]!);
      const pair = 100 * (rotated![row * SIZE]! - source![owner * SIZE]!);
      expect(Math.round(pair)).toBeCloseTo(pair, 3);
      expect(pair).toBeGreaterThan(-0.01);
      expect(pair).toBeLessThan(PAPER_CONFIG.pairs.views - 0.99);
    }
  });

  it('come at every place and time, with the noise of that time on the refined layers alone', () => {
    const pairs = new Set<number>();
    const times: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const [source, rotated, noised, t] = ['source', 'rotated', 'noised', 't'].map((name) =>
        numbers(seed, name),
      );
      times.push(...t!);
      for (let row = 0; row < subjects * views; row++)
        pairs.add(Math.round(100 * (rotated![row * SIZE]! - source![Math.floor(row / views) * SIZE]!)));
      const wrong = rotated!.filter((value, k) => {
        const layer = Math.floor((k % SIZE) / TOY.basis.dim);
        const refined = layer >= TOY.refined.from && layer < TOY.refined.to;
        return (noised![k] !== value) !== refined;
      });
      expect(wrong).toEqual([]);
    }
    expect(pairs.size).toBe(PAPER_CONFIG.pairs.views);
    expect(Math.min(...times)).toBeLessThan(0.05);
    expect(Math.max(...times)).toBeGreaterThan(0.95);
    expect(signalAt(PAPER_CONFIG.sampler.schedule, 1)).toBeLessThan(0.01);
  });
});
