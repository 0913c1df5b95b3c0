import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeHoles } from '../../../generator/src/impostor/fusion/close-holes.ts';
import { openEdges } from '../../../generator/src/impostor/index.ts';

/** A torus of n × m quads: every vertex has six neighbours, whichever triangles are taken out. */
function torus(n: number, m: number): number[][] {
  const at = (i: number, j: number): number => (i % n) * m + (j % m);
  return Array.from({ length: n * m }, (_, k) => [Math.floor(k / m), k % m] as const).flatMap(([i, j]) => [
    [at(i, j), at(i + 1, j), at(i + 1, j + 1)],
    [at(i, j), at(i + 1, j + 1), at(i, j + 1)],
  ]);
}
const flat = (triangles: readonly (readonly number[])[]): Uint32Array => Uint32Array.from(triangles.flat());

describe('closing holes', () => {
  const whole = torus(10, 10);

  it('gives back a triangle that is missing, and a quad', () => {
    const one = closeHoles(flat(whole.slice(1)));
    expect(openEdges(one)).toEqual([]);
    expect(one.length).toBe(flat(whole).length);
    const two = closeHoles(flat(whole.slice(2)));
    expect(openEdges(two)).toEqual([]);
    expect(two.length).toBe(flat(whole).length);
  });

  it('leaves a closed surface and a large hole as they are', () => {
    const closed = flat(whole);
    expect(closeHoles(closed)).toBe(closed);
    const large = flat(whole.slice(20));
    expect(closeHoles(large)).toBe(large);
  });

  it('opens nothing, whatever is missing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: whole.length - 1 }), { maxLength: 12 }),
        (missing) => {
          const torn = flat(whole.filter((_, k) => !missing.includes(k)));
          const mended = closeHoles(torn);
          expect(openEdges(mended).length).toBeLessThanOrEqual(openEdges(torn).length);
          expect([...mended.slice(0, torn.length)]).toEqual([...torn]);
        },
      ),
    );
  });
});
