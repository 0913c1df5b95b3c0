import type { Plate } from './plate.ts';
import { type Part, project, type Solid } from './solid.ts';

/** Width, as a share of the picture's, of the band inside the silhouette that the back repeats. */
const BAND_SHARE = 0.08;

/** The back is torn where two corners' points of the rim lie this much farther apart than the corners: factor, and pixels. */
const TEAR = { factor: 3, pixels: 4 } as const;

/** Nearer than this to the frame, in pixels, is on it. */
const ON_FRAME = 1e-3;

/** A mesh whose vertices are doubled where texture jumps. */
export interface TexturedMesh {
  /** Vertex of the solid that each vertex copies. */
  readonly sources: number[];
  /** Two numbers a vertex: pixels of the plate from its upper left corner. */
  readonly points: number[];
  readonly triangles: Uint32Array;
}

type Point = readonly [number, number];

/**
 * Textures a solid with one view. What the view sees, and the walls behind its occluding edges, show the pixel they
 * project to. The back would wear a face that way: it repeats only a band along the silhouette, mirrored at first and
 * ever slower further in, so that hair goes on as hair. Along the middle of the back, where both sides meet, texture
 * is torn. Walls that mirror the surface they hang from were tried and looked worse than a smooth stretch: they meet
 * what is behind them in a hard line, and the jaw has one all round.
 * @param triangles  of the solid's vertices
 */
export function textureSolid(plate: Plate, solid: Solid, triangles: Uint32Array): TexturedMesh {
  const seen = solid.parts.map((_, v): Point => {
    const [x, y] = project(plate, solid.positions.slice(3 * v, 3 * v + 3));
    return [x, y];
  });
  const rim = seen.filter((_, v) => solid.parts[v] === 'rim');
  const band = BAND_SHARE * plate.width;
  const nearestRim = new Map<number, Point>();
  const rimOf = (v: number): Point => {
    if (solid.parts[v] !== 'back') return seen[v]!;
    let point = nearestRim.get(v);
    if (!point) {
      point = nearest(rim, seen[v]!);
      nearestRim.set(v, point);
    }
    return point;
  };

  const back = (vertices: readonly number[]): Point[] => {
    const own = vertices.map(rimOf);
    const torn = vertices.some((v, k) => {
      const q = (k + 1) % 3;
      const apart = between(seen[v]!, seen[vertices[q]!]!);
      return between(own[k]!, own[q]!) > TEAR.factor * apart + TEAR.pixels;
    });
    const away = vertices.map((v, k) => between(seen[v]!, own[k]!));
    const one = own[away.indexOf(Math.min(...away))]!;
    return vertices.map((v, k) => drawnTo(torn ? one : own[k]!, seen[v]!, band));
  };

  const onFrame = ([x, y]: Point): boolean => Math.min(x, y, plate.width - x, plate.height - y) < ON_FRAME;
  const sources: number[] = [];
  const points: number[] = [];
  const made = new Map<string, number>();
  const out = new Uint32Array(triangles.length);
  for (let k = 0; k < triangles.length; k += 3) {
    const vertices = [...triangles.subarray(k, k + 3)];
    const has = (part: Part): boolean => vertices.some((v) => solid.parts[v] === part);
    const cut = (v: number): boolean =>
      solid.parts[v] === 'cap' || (solid.parts[v] === 'front' && onFrame(seen[v]!));
    const texture = has('back') && !vertices.some(cut) ? back(vertices) : vertices.map((v) => seen[v]!);
    for (const [e, v] of vertices.entries()) {
      const [x, y] = texture[e]!;
      const key = `${v} ${x.toFixed(2)} ${y.toFixed(2)}`;
      let vertex = made.get(key);
      if (vertex === undefined) {
        vertex = sources.push(v) - 1;
        points.push(x, y);
        made.set(key, vertex);
      }
      out[k + e] = vertex;
    }
  }
  return { sources, points, triangles: out };
}

const between = (p: Point, q: Point): number => Math.hypot(p[0] - q[0], p[1] - q[1]);

function nearest(points: readonly Point[], to: Point): Point {
  let [best, least] = [to, Number.POSITIVE_INFINITY];
  for (const point of points) {
    const distance = (point[0] - to[0]) ** 2 + (point[1] - to[1]) ** 2;
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

/** On the way from the rim to a point: as far as it is while that is little, and never farther than `band`. */
function drawnTo(rim: Point, point: Point, band: number): Point {
  const distance = between(rim, point);
  if (distance === 0) return rim;
  const t = (band * (1 - Math.exp(-distance / band))) / distance;
  return [rim[0] + t * (point[0] - rim[0]), rim[1] + t * (point[1] - rim[1])];
}
