import { describe, expect, it } from 'vitest';
import { subjectSource } from '../../../../generator/src/pipeline/refine/subject-source.ts';

/** Turns .4 radians a unit of x, from −2 to 2 about its frontal x. */
const curve = { x: [-2, 2], yaw: [-0.8, 0.8] };
const FRONTAL = 0.5;
const subject = (own: number) => ({ frontal: FRONTAL, own, latents: (x: Float32Array) => x.slice() });

describe('a subject’s source', () => {
  it('is its own w, at the yaw that this shows', () => {
    const { source, sourceYaw } = subjectSource(subject(1.25), curve, 0.4);
    expect(source[0]).toBeCloseTo(1.25, 6);
    expect(sourceYaw).toBeCloseTo(0.3, 6);
  });

  it('is turned back to the reach, to either side', () => {
    const right = subjectSource(subject(3), curve, 0.4);
    expect(right.source[0]).toBeCloseTo(FRONTAL + 1, 6);
    expect(right.sourceYaw).toBeCloseTo(0.4, 6);
    const left = subjectSource(subject(-9), curve, 0.4);
    expect(left.source[0]).toBeCloseTo(FRONTAL - 1, 6);
    expect(left.sourceYaw).toBeCloseTo(-0.4, 6);
  });

  it('is the frontal view where the reach is 0', () => {
    const { source, sourceYaw } = subjectSource(subject(1.25), curve, 0);
    expect(source[0]).toBeCloseTo(FRONTAL, 6);
    expect(sourceYaw).toBeCloseTo(0, 6);
  });
});
