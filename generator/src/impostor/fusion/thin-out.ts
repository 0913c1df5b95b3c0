import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { Random } from '../../graph/index.ts';
import { improve, MeshError, openEdges } from '../mesh/index.ts';
import { closeHoles } from './close-holes.ts';
import type { Surface } from './extract.ts';
import { splitPinches } from './split-pinches.ts';

/** Fewer triangles than this are no likeness. */
const LEAST = 100;

/** Tries, each with so much fewer triangles: one pinch in thousands cannot be taken apart. */
const TRIES = 5;
const FEWER = 0.02;

/** Triangles that the smallest of a surface's parts has, of all: others are crumbs that a pinch left. */
const CRUMB = 0.02;

/**
 * Brings a closed surface to at most so many triangles (meshoptimizer, edge collapse by quadric error), takes it apart where
 * that pinched it, and takes needles out.
 * @throws MeshError `triangles` where so few are no solid
 */
export async function thinOut(surface: Surface, triangles: number): Promise<Surface> {
  if (!(triangles >= LEAST))
    throw new MeshError('triangles', `expected at least ${LEAST} triangles, got ${triangles}`);
  await MeshoptSimplifier.ready;
  const places = apart(surface);
  for (let tries = 0; tries < TRIES; tries++) {
    const target = Math.floor(triangles * (1 - FEWER * tries));
    const [indices] = MeshoptSimplifier.simplify(
      surface.triangles,
      Float32Array.from(places),
      3,
      3 * target,
      1,
      ['RegularizeLight'],
    );
    const split = splitPinches({ positions: places, triangles: indices });
    const solid = {
      positions: [...split.positions],
      parts: new Array<'front'>(split.positions.length / 3).fill('front'),
      triangles: [],
    };
    const kept = withoutCrumbs(improve(solid, closeHoles(split.triangles)));
    if (openEdges(kept).length === 0 && kept.length <= 3 * triangles)
      return compacted({ positions: split.positions, triangles: kept });
  }
  throw new MeshError('triangles', `expected a closed surface of at most ${triangles} triangles, found none`);
}

/** Of a surface's extent: a thousandth of a pixel. */
const JITTER = 1e-5;

/**
 * The positions, each moved by next to nothing. meshoptimizer takes vertices that share a place for one vertex on a seam, and
 * what it then collapses is not closed; marching tetrahedra leave some hundred such in single precision.
 */
function apart({ positions }: Surface): Float64Array {
  const random = new Random('vertices apart');
  const extent = positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return positions.map((value) => value + JITTER * extent * (random.uniform() - 0.5));
}

/** The parts that hang together, without the smallest. */
function withoutCrumbs(triangles: Uint32Array): Uint32Array {
  const parent = new Map<number, number>();
  const find = (v: number): number => {
    let at = v;
    while ((parent.get(at) ?? at) !== at) at = parent.get(at)!;
    if (at !== v) parent.set(v, at);
    return at;
  };
  for (let k = 0; k < triangles.length; k += 3) {
    parent.set(find(triangles[k + 1]!), find(triangles[k]!));
    parent.set(find(triangles[k + 2]!), find(triangles[k]!));
  }
  const sizes = new Map<number, number>();
  for (let k = 0; k < triangles.length; k += 3) {
    const root = find(triangles[k]!);
    sizes.set(root, (sizes.get(root) ?? 0) + 3);
  }
  const kept: number[] = [];
  for (let k = 0; k < triangles.length; k += 3)
    if (sizes.get(find(triangles[k]!))! >= CRUMB * triangles.length)
      kept.push(triangles[k]!, triangles[k + 1]!, triangles[k + 2]!);
  return Uint32Array.from(kept);
}

/** Without vertices that no triangle uses. */
function compacted({ positions, triangles }: Surface): Surface {
  const places = new Map<number, number>();
  const out = triangles.map((v) => {
    if (!places.has(v)) places.set(v, places.size);
    return places.get(v)!;
  });
  const kept = new Float64Array(3 * places.size);
  for (const [v, place] of places) kept.set(positions.subarray(3 * v, 3 * v + 3), 3 * place);
  return { positions: kept, triangles: out };
}
