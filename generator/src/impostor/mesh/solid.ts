import type { Sheet } from './contour.ts';
import type { Plate } from './plate.ts';
import type { Boundary } from './rim.ts';

/** What a vertex lies on: the sheet that the view sees, the silhouette, the sheet behind, or between them at the frame. */
export type Part = 'front' | 'rim' | 'back' | 'cap';

/**
 * A closed surface. Lengths are in pixels at the pivot, axes are the camera's (right, up, towards the viewer), the
 * origin is the pivot; triangles are counter-clockwise from outside.
 */
export interface Solid {
  /** Three numbers a vertex. */
  readonly positions: number[];
  /** One a vertex. */
  readonly parts: Part[];
  readonly triangles: number[];
}

/** Least distance from front to back away from the rim, in pixels. */
const LEAST_THICKNESS = 0.75;

/** What is left of how the lines of sight widen behind a cut. Not 0: vertices in one line would fall on one place. */
const LEVEL_SLOPE = 0.02;

/** The point that a pixel shows at a depth. */
export function unproject(plate: Plate, x: number, y: number, depth: number): [number, number, number] {
  return [(x - plate.width / 2) * depth, (plate.height / 2 - y) * depth, (1 - depth) * plate.scale];
}

/** Where a point is seen: pixels from the left and from the top, and its depth. */
export function project(plate: Plate, [x, y, z]: readonly number[]): [number, number, number] {
  const depth = 1 - z! / plate.scale;
  return [plate.width / 2 + x! / depth, plate.height / 2 - y! / depth, depth];
}

/**
 * Joins a front and a back sheet along the silhouette to a closed solid; where the frame cuts the subject, a flat cap joins them.
 * @param back  f32 [H,W], depth of the back
 */
export function solidOf(plate: Plate, sheet: Sheet, boundary: Boundary, back: Float32Array): Solid {
  const positions: number[] = [];
  const parts: Part[] = [];
  const add = (v: number, depth: number, part: Part): number => {
    positions.push(...unproject(plate, sheet.x[v]!, sheet.y[v]!, depth));
    return parts.push(part) - 1;
  };
  const { width, height, scale } = plate;
  const { rim, frame } = boundary;
  const fronts: number[] = [];
  const backs: number[] = [];
  for (let v = 0; v < sheet.x.length; v++) {
    fronts.push(add(v, sheet.depth[v]!, rim[v] ? 'rim' : 'front'));
    if (rim[v]) {
      backs.push(fronts[v]!);
      continue;
    }
    const column = Math.min(width - 1, Math.floor(sheet.x[v]!));
    const row = Math.min(height - 1, Math.floor(sheet.y[v]!));
    const behind = back[row * width + column]!;
    const least = sheet.depth[v]! + LEAST_THICKNESS / scale;
    backs.push(add(v, behind > least ? behind : least, 'back'));
  }
  const triangles: number[] = [];
  for (let k = 0; k < sheet.triangles.length; k += 3) {
    const [a, b, c] = sheet.triangles.slice(k, k + 3) as [number, number, number];
    triangles.push(fronts[a]!, fronts[b]!, fronts[c]!, backs[a]!, backs[c]!, backs[b]!);
  }
  for (const [p, q] of frame) {
    if (fronts[q] !== backs[q]) triangles.push(fronts[q]!, fronts[p]!, backs[q]!);
    if (fronts[p] !== backs[p]) triangles.push(fronts[p]!, backs[p]!, backs[q]!);
  }
  levelCuts(positions, parts);
  return { positions, parts, triangles };
}

/**
 * Brings the back within the front's width and height, in place. Where the frame cuts a subject off, the lines of sight
 * go on widening behind it; cut off level instead, a bust stands on a plane.
 */
function levelCuts(positions: number[], parts: readonly Part[]): void {
  for (const axis of [0, 1]) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [v, part] of parts.entries()) {
      if (part === 'back') continue;
      least = Math.min(least, positions[3 * v + axis]!);
      most = Math.max(most, positions[3 * v + axis]!);
    }
    for (const v of parts.keys()) {
      const own = positions[3 * v + axis]!;
      const level = Math.min(most, Math.max(least, own));
      positions[3 * v + axis] = level + LEVEL_SLOPE * (own - level);
    }
  }
}
