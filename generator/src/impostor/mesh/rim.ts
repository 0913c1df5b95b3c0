import type { Sheet } from './contour.ts';
import type { Plate } from './plate.ts';

/** How a sheet ends. */
export interface Boundary {
  /** 1 for each vertex on the silhouette, where front and back meet. */
  readonly rim: Uint8Array;
  /** Directed edges, as they stand in their triangles, along the picture's frame, where the subject is cut off. */
  readonly frame: readonly (readonly [number, number])[];
  /** Neighbours along the silhouette of each of its vertices. */
  readonly next: ReadonlyMap<number, readonly number[]>;
}

/** Steps along the silhouette within which its depth is made even. */
const WINDOW = 6;

/** The edges that only one triangle has, told apart by whether they lie on the frame. */
export function boundaryOf(sheet: Sheet, width: number, height: number): Boundary {
  const { x, y, triangles } = sheet;
  const once = new Map<number, readonly [number, number]>();
  for (let k = 0; k < triangles.length; k += 3)
    for (let e = 0; e < 3; e++) {
      const [p, q] = [triangles[k + e]!, triangles[k + ((e + 1) % 3)]!];
      if (!once.delete(q * x.length + p)) once.set(p * x.length + q, [p, q]);
    }
  const rim = new Uint8Array(x.length);
  const frame: (readonly [number, number])[] = [];
  const next = new Map<number, number[]>();
  for (const edge of once.values()) {
    const [p, q] = edge;
    const cut = [0, width].some((side) => x[p] === side && x[q] === side);
    if (cut || [0, height].some((side) => y[p] === side && y[q] === side)) {
      frame.push(edge);
      continue;
    }
    for (const [v, other] of [edge, [q, p] as const]) {
      rim[v] = 1;
      next.set(v, [...(next.get(v) ?? []), other]);
    }
  }
  return { rim, frame, next };
}

/**
 * Lets depth fall off to the silhouette as it does just before, in place: the last pixels' depth repeated would end the
 * surface in a shelf.
 * @param depth  f32 [H,W], without gaps
 * @param step   difference in depth between two surfaces: the most that it may fall
 */
export function rollOff(
  sheet: Sheet,
  { rim }: Boundary,
  { width, height, alpha }: Plate,
  depth: Float32Array,
  step: number,
): void {
  const at = (x: number, y: number): number =>
    Math.min(height - 1, Math.max(0, Math.floor(y))) * width +
    Math.min(width - 1, Math.max(0, Math.floor(x)));
  for (const [v, flag] of rim.entries()) {
    if (!flag) continue;
    const [x, y] = [sheet.x[v]!, sheet.y[v]!];
    const [dx, dy] = [
      alpha[at(x + 1, y)]! - alpha[at(x - 1, y)]!,
      alpha[at(x, y + 1)]! - alpha[at(x, y - 1)]!,
    ];
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const along = (t: number): number => depth[at(x + (t * dx) / length, y + (t * dy) / length)]!;
    const [near, far] = [along(1), along(2)];
    sheet.depth[v] = near + Math.min(step / 2, Math.max(0, near - far));
  }
}

/**
 * Makes depth even along the silhouette, in place. It falls off infinitely fast there, so the last pixel's says little,
 * and seen from the side each error is a fray. Steps from one surface to another (hair to shoulder) stay.
 * @param step  difference in depth between two surfaces
 */
export function smoothRim(sheet: Sheet, { rim, next }: Boundary, step: number): void {
  const { depth } = sheet;
  const old = depth.slice();
  for (const [v, flag] of rim.entries()) {
    if (!flag) continue;
    let [sum, weights] = [0, 0];
    const seen = new Set([v]);
    let front = [v];
    for (let reach = 0; reach <= WINDOW; reach++) {
      const weight = 1 - (reach / (WINDOW + 1)) ** 2;
      const ahead: number[] = [];
      for (const i of front) {
        sum += weight * old[i]!;
        weights += weight;
        for (const j of next.get(i) ?? []) {
          if (seen.has(j) || Math.abs(old[j]! - old[i]!) > step) continue;
          seen.add(j);
          ahead.push(j);
        }
      }
      front = ahead;
    }
    depth[v] = sum / weights;
  }
}

/**
 * Cuts in two, in place, each inner edge that joins two vertices of the silhouette: front and back would
 * share it, and an edge of a solid has two triangles, not four.
 * @returns the same boundary, for the larger sheet
 */
export function splitChords(sheet: Sheet, boundary: Boundary): Boundary {
  const { x, y, depth, triangles } = sheet;
  const { rim, next } = boundary;
  const onFrame = new Set(boundary.frame.map(([p, q]) => `${p},${q}`));
  const middles = new Map<string, number>();
  const middle = (p: number, q: number): number | undefined => {
    if (!rim[p] || !rim[q] || next.get(p)!.includes(q)) return undefined;
    if (onFrame.has(`${p},${q}`) || onFrame.has(`${q},${p}`)) return undefined;
    const key = p < q ? `${p},${q}` : `${q},${p}`;
    let v = middles.get(key);
    if (v === undefined) {
      v = x.push((x[p]! + x[q]!) / 2) - 1;
      y.push((y[p]! + y[q]!) / 2);
      depth.push((depth[p]! + depth[q]!) / 2);
      middles.set(key, v);
    }
    return v;
  };
  const old = triangles.splice(0);
  for (let k = 0; k < old.length; k += 3) triangles.push(...split(old.slice(k, k + 3), middle));
  const grown = new Uint8Array(x.length);
  grown.set(rim);
  return { ...boundary, rim: grown };
}

/** One triangle with the edges cut that have a middle: one, two or four triangles. */
export function split(
  [a, b, c]: readonly number[],
  middle: (p: number, q: number) => number | undefined,
): number[] {
  const corners = [a!, b!, c!];
  const middles = corners.map((p, k) => middle(p, corners[(k + 1) % 3]!));
  const cuts = middles.filter((m) => m !== undefined).length;
  if (cuts === 0) return corners;
  const [m0, m1, m2] = middles;
  if (cuts === 3) return [a!, m0!, m2!, m0!, b!, m1!, m2!, m1!, c!, m0!, m1!, m2!];
  // Turned so that the first edge is cut, and of two cuts the second edge is the other.
  const turn = cuts === 1 ? middles.findIndex((m) => m !== undefined) : (middles.indexOf(undefined) + 1) % 3;
  const [p, q, r] = [0, 1, 2].map((k) => corners[(k + turn) % 3]!) as [number, number, number];
  const first = middles[turn]!;
  if (cuts === 1) return [p, first, r, first, q, r];
  const second = middles[(turn + 1) % 3]!;
  return [p, first, r, first, second, r, first, q, second];
}
