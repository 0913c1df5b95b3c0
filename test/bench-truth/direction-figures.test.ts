import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { directionFigures } from '../bench/truth/direction-figures.ts';
import { TruthError } from '../bench/truth/errors.ts';
import type { Reading } from '../bench/truth/judge.ts';

const XS = [-2, -1, 0, 1, 2];

/** A subject that turns by 16° a unit about its own zero, and whose identity turns by as much. */
const subject = (zero: number, identityPerDegree: number): Reading[] =>
  XS.map((x) => {
    const yaw = 16 * x + zero;
    const angle = radians(identityPerDegree * (yaw - zero));
    return {
      yaw: radians(yaw),
      pitch: 0,
      identity: Float32Array.of(Math.cos(angle), Math.sin(angle)),
      features: new Float32Array(0),
      depth: new Float32Array(0),
    };
  });

describe('directionFigures', () => {
  it('reads reach, zero, degrees and identity off sweeps', () => {
    const figures = directionFigures(XS, [subject(3, 1), subject(-3, 1)]);
    expect(figures.reach[0]).toBeCloseTo(-32, 6);
    expect(figures.reach[1]).toBeCloseTo(32, 6);
    expect(figures.worstSpearman).toBeCloseTo(1, 12);
    expect(figures.zeroDeg).toBeCloseTo(0, 6);
    expect(figures.zeroSigmaDeg).toBeCloseTo(3, 6);
    expect(figures.degreesPerUnit).toBeCloseTo(16, 6);
    const [at15, at30, at45] = figures.identity;
    expect(at15).toBeCloseTo(Math.cos(radians(16)), 5);
    expect(at30).toBeCloseTo(Math.cos(radians(32)), 5);
    expect(at45).toBeNull();
  });

  it('takes the worst subject’s order', () => {
    const reversed = [...subject(0, 1)].reverse();
    expect(directionFigures(XS, [subject(0, 1), reversed]).worstSpearman).toBeCloseTo(-1, 12);
  });

  it('names a sweep that lacks its middle', () => {
    expect(() => directionFigures([-1, 1], [])).toThrow(TruthError);
    expect(() => directionFigures([-1, 1], [])).toThrow('expected a view at x = 0, got -1 1');
  });
});
