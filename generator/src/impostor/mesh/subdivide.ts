import { split } from './rim.ts';
import type { Part, Solid } from './solid.ts';

/**
 * Cuts every edge longer than `longest` in two until none is left: the walls behind occluding edges are one
 * pixel wide and dozens deep, and simplified from such needles they would stay needles. Of each triangle's edges only
 * the longest is cut at a time (Rivara's bisection), which keeps angles from shrinking.
 * @param longest  pixels
 */
export function subdivide(solid: Solid, longest: number): Solid {
  const positions = [...solid.positions];
  const parts = [...solid.parts];
  const lengthOf = (p: number, q: number): number =>
    Math.hypot(
      positions[3 * p]! - positions[3 * q]!,
      positions[3 * p + 1]! - positions[3 * q + 1]!,
      positions[3 * p + 2]! - positions[3 * q + 2]!,
    );
  const keyOf = (p: number, q: number): number => (p < q ? p * 2 ** 26 + q : q * 2 ** 26 + p);
  // A triangle without a long edge never changes again: no neighbour can want one of its edges cut.
  const done: number[] = [];
  let active: number[] = [...solid.triangles];
  for (;;) {
    const middles = new Map<number, number>();
    const long: number[] = [];
    for (let k = 0; k < active.length; k += 3) {
      const corners = [active[k]!, active[k + 1]!, active[k + 2]!] as const;
      let [best, length] = [-1, longest];
      for (let e = 0; e < 3; e++) {
        const own = lengthOf(corners[e]!, corners[(e + 1) % 3]!);
        if (own > length) [best, length] = [e, own];
      }
      if (best < 0) {
        done.push(...corners);
        continue;
      }
      long.push(...corners);
      const [p, q] = [corners[best]!, corners[(best + 1) % 3]!];
      if (middles.has(keyOf(p, q))) continue;
      for (let axis = 0; axis < 3; axis++)
        positions.push((positions[3 * p + axis]! + positions[3 * q + axis]!) / 2);
      middles.set(keyOf(p, q), parts.push(partBetween(parts[p]!, parts[q]!)) - 1);
    }
    if (middles.size === 0) return { positions, parts, triangles: done };
    active = [];
    for (let k = 0; k < long.length; k += 3)
      active.push(...split(long.slice(k, k + 3), (p, q) => middles.get(keyOf(p, q))));
  }
}

/** What lies half-way along an edge. Front and back share one only where the frame cuts the subject off. */
function partBetween(p: Part, q: Part): Part {
  if (p === 'cap' || q === 'cap') return 'cap';
  if (p === 'back' || q === 'back') return p === 'front' || q === 'front' ? 'cap' : 'back';
  return 'front';
}
