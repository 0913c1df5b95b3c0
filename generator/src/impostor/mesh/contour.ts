import type { Plate } from './plate.ts';

/** Share of a grid edge within which a crossing pulls the grid's vertex onto the contour. */
const SNAP = 0.35;

/** The subject's silhouette as triangles in the picture's plane, visually counter-clockwise. */
export interface Sheet {
  /** Pixels from the picture's left edge. */
  readonly x: number[];
  /** Pixels from its upper edge. */
  readonly y: number[];
  /** Distance along the optical axis. */
  readonly depth: number[];
  /** Three vertices each. */
  readonly triangles: number[];
}

/**
 * Triangulates what lies within the contour alpha = ½. The grid joins the pixels' centres, and goes on to
 * the frame where the subject leaves it. The contour cuts its edges where alpha passes ½ by linear interpolation
 * (marching squares over triangles: no ambiguous cases); grid vertices that lie close to the contour are moved
 * onto it first, which is what keeps needles out (as in isosurface stuffing, Labelle and Shewchuk 2007).
 * A vertex on the contour has the depth of the pixel inside.
 * @param depth  f32 [H,W], without gaps
 */
export function triangulate(plate: Plate, depth: Float32Array): Sheet {
  const grid = gridOf(plate, depth);
  const cells = cellsOf(grid);
  snap(grid, cells);
  const added: { x: number[]; y: number[]; depth: number[] } = { x: [], y: [], depth: [] };
  const crossings = new Map<number, number>();
  const crossing = (p: number, q: number): number => {
    const key = p < q ? p * grid.x.length + q : q * grid.x.length + p;
    let vertex = crossings.get(key);
    if (vertex === undefined) {
      vertex = added.x.length;
      const t = grid.level[p]! / (grid.level[p]! - grid.level[q]!);
      added.x.push(grid.x[p]! + t * (grid.x[q]! - grid.x[p]!));
      added.y.push(grid.y[p]! + t * (grid.y[q]! - grid.y[p]!));
      added.depth.push(grid.depth[grid.level[p]! > 0 ? p : q]!);
      crossings.set(key, vertex);
    }
    return grid.x.length + vertex;
  };
  const triangles: number[] = [];
  for (const cell of cells) {
    if (!cell.some((v) => grid.level[v]! > 0)) continue;
    const polygon: number[] = [];
    for (const [k, p] of cell.entries()) {
      const q = cell[(k + 1) % 3]!;
      if (grid.level[p]! >= 0) polygon.push(p);
      if (grid.level[p]! * grid.level[q]! < 0) polygon.push(crossing(p, q));
    }
    for (let k = 2; k < polygon.length; k++) triangles.push(polygon[0]!, polygon[k - 1]!, polygon[k]!);
  }
  return compact({
    x: [...grid.x, ...added.x],
    y: [...grid.y, ...added.y],
    depth: [...grid.depth, ...added.depth],
    triangles,
  });
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Alpha less ½: above 0 inside. */
  readonly level: Float64Array;
  readonly depth: Float64Array;
}

/** The pixels' centres and, around them, the frame itself. */
function gridOf({ width, height, alpha }: Plate, depth: Float32Array): Grid {
  const columns = width + 2;
  const rows = height + 2;
  const grid: Grid = {
    columns,
    rows,
    x: new Float64Array(columns * rows),
    y: new Float64Array(columns * rows),
    level: new Float64Array(columns * rows),
    depth: new Float64Array(columns * rows),
  };
  const within = (k: number, size: number): number => Math.min(size - 1, Math.max(0, k - 1));
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const v = r * columns + c;
      const i = within(r, height) * width + within(c, width);
      grid.x[v] = Math.min(width, Math.max(0, c - 0.5));
      grid.y[v] = Math.min(height, Math.max(0, r - 0.5));
      grid.level[v] = alpha[i]! - 0.5;
      grid.depth[v] = depth[i]!;
    }
  return grid;
}

/** Two triangles a cell; its diagonal is the one that steps less in depth, so that few triangles span two surfaces. */
function cellsOf({ columns, rows, depth }: Grid): [number, number, number][] {
  const cells: [number, number, number][] = [];
  for (let r = 0; r + 1 < rows; r++)
    for (let c = 0; c + 1 < columns; c++) {
      const a = r * columns + c;
      const [b, d, e] = [a + 1, a + columns, a + columns + 1];
      if (Math.abs(depth[a]! - depth[e]!) <= Math.abs(depth[b]! - depth[d]!))
        cells.push([a, d, e], [a, e, b]);
      else cells.push([a, d, b], [b, d, e]);
    }
  return cells;
}

/** Moves vertices close to the contour onto it, each along the edge whose crossing is nearest. Vertices of the frame stay on it. */
function snap(grid: Grid, cells: readonly (readonly number[])[]): void {
  const { level, columns, rows } = grid;
  const nearest = new Map<number, { other: number; t: number }>();
  const consider = (v: number, other: number, t: number): void => {
    if (t > SNAP || (onFrame(v, columns, rows) && !alongFrame(v, other, columns, rows))) return;
    const best = nearest.get(v);
    if (!best || t < best.t) nearest.set(v, { other, t });
  };
  for (const cell of cells)
    for (const [k, p] of cell.entries()) {
      const q = cell[(k + 1) % 3]!;
      if (level[p]! * level[q]! > 0) continue;
      const span = level[p]! - level[q]!;
      const t = span === 0 ? 0 : level[p]! / span;
      consider(p, q, t);
      consider(q, p, 1 - t);
    }
  const moves = [...nearest].map(([v, { other, t }]) => ({
    v,
    x: grid.x[v]! + t * (grid.x[other]! - grid.x[v]!),
    y: grid.y[v]! + t * (grid.y[other]! - grid.y[v]!),
    depth: grid.depth[level[v]! <= 0 && level[other]! > 0 ? other : v]!,
  }));
  for (const { v, x, y, depth } of moves) {
    grid.x[v] = x;
    grid.y[v] = y;
    grid.depth[v] = depth;
    level[v] = 0;
  }
}

function onFrame(v: number, columns: number, rows: number): boolean {
  const c = v % columns;
  return c === 0 || c === columns - 1 || v < columns || v >= columns * (rows - 1);
}

function alongFrame(v: number, other: number, columns: number, rows: number): boolean {
  const [c, r] = [v % columns, Math.floor(v / columns)];
  const corner = (c === 0 || c === columns - 1) && (r === 0 || r === rows - 1);
  return (
    !corner && onFrame(other, columns, rows) && (c === other % columns || r === Math.floor(other / columns))
  );
}

/** Without vertices that no triangle uses. */
function compact(sheet: Sheet): Sheet {
  const map = new Map<number, number>();
  const triangles = sheet.triangles.map((v) => {
    if (!map.has(v)) map.set(v, map.size);
    return map.get(v)!;
  });
  const kept = [...map.keys()];
  return {
    x: kept.map((v) => sheet.x[v]!),
    y: kept.map((v) => sheet.y[v]!),
    depth: kept.map((v) => sheet.depth[v]!),
    triangles,
  };
}
