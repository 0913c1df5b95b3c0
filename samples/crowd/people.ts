import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { SIDE, type Stall } from './square.ts';

/** Somebody on the square. */
export interface Person {
  readonly place: Vector3;
  /** Radians about +Y; a character looks along the way that this turns +Z to. */
  readonly facing: number;
}

/** Nobody stands nearer to somebody else, metres. */
const APART = 0.62;

/** Numbers that come out the same each time: 0..1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Most gather before the stalls and look at them, the others stand about in pairs that talk. */
export function gather(count: number, stalls: readonly Stall[]): Person[] {
  const random = numbers(7);
  const people: Person[] = [];
  const free = (place: Vector3): boolean =>
    people.every((person) => Vector3.DistanceSquared(person.place, place) >= APART ** 2) &&
    stalls.every((stall) => Math.abs(place.x - stall.place.x) > 2 || Math.abs(place.z - stall.place.z) > 1.1);
  const towards = (from: Vector3, to: Vector3): number => Math.atan2(to.x - from.x, to.z - from.z);
  const add = (place: Vector3, facing: number): boolean => {
    if (Math.max(Math.abs(place.x), Math.abs(place.z)) > SIDE / 2 || !free(place)) return false;
    people.push({ place, facing });
    return true;
  };
  for (let tries = 0; people.length < count && tries < 100 * count; tries++) {
    if (random() < 0.6) {
      const stall = stalls[Math.floor(random() * stalls.length)]!;
      const way = stall.facing + (random() - 0.5) * 2.2;
      const far = 1.6 + 3.2 * random();
      const place = stall.place.add(new Vector3(Math.sin(way) * far, 0, Math.cos(way) * far));
      add(place, towards(place, stall.place) + 0.4 * (random() - 0.5));
    } else {
      const place = new Vector3((random() - 0.5) * SIDE, 0, (random() - 0.5) * SIDE);
      const way = 2 * Math.PI * random();
      const other = place.add(new Vector3(0.75 * Math.sin(way), 0, 0.75 * Math.cos(way)));
      if (add(place, towards(place, other)) && people.length < count) add(other, towards(other, place));
    }
  }
  return people;
}
