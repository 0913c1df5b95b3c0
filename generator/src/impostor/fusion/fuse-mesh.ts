import { middleView } from '../character.ts';
import type { RgbaImage } from '../image.ts';
import { type LiftedMesh, MeshError, vertexNormals } from '../mesh/index.ts';
import { bakeTexture } from './bake.ts';
import { type Box, extractSurface, type Surface } from './extract.ts';
import { type Fairing, fair } from './fair.ts';
import { shrinkView } from './shrink-view.ts';
import { fuseViews, type SignedDistance } from './signed-distance.ts';
import { thinOut } from './thin-out.ts';
import { unseenBack } from './unseen-back.ts';
import { unwrap } from './unwrap.ts';
import { type SolidView, type ViewField, viewField } from './view-field.ts';

export interface FuseMeshOptions {
  /** Most triangles of the result. */
  readonly triangles: number;
  /** Texels of the texture's side, about; null: twice a view's, whose pixels over a head and its back come to that. */
  readonly texture: number | null;
}

/** Unlit, 2,000 triangles look as 8,000 do. */
export const FUSE_MESH_DEFAULTS: FuseMeshOptions = { triangles: 2000, texture: null };

/** What all views share. */
export interface FusedFrame {
  /** Half-widths of a view. */
  readonly focal: number;
  /** Height of a view's frame at the pivot, metres. */
  readonly frameHeight: number;
}

/** The mesh has a texture of its own. */
export interface FusedMesh extends LiftedMesh {
  /** Opaque. */
  readonly texture: RgbaImage;
}

/**
 * Edges of the grid's triangles, in pixels of a view at the pivot: finer than the least finds nothing. A surface has about
 * 1.9·10⁵ ÷ edge² triangles at 128², and is simplified from `DENSITY` times as many as are wanted.
 */
const EDGE = { least: 1.25, most: 2.5 } as const;
const TRIANGLES = 190_000;
const DENSITY = 6;

/** Over all of a surface: the noise of single pixels goes, noses stay (both steps cancel on what is wider than some edges). */
const NOISE: Fairing = { steps: [0.5, -0.53], passes: 5 };

/** Over what no view sees: silhouettes alone leave ridges where no subject has any. */
const UNSEEN: Fairing = { steps: [0.6, -0.3], passes: 60 };

/** Cosine at which a view has to see a vertex for it to stay where it is. */
const KNOWN = 0.5;

/** Pixels from a vertex within which a view's surface is that vertex. */
const NEAR = 2;

/**
 * Fuses all views of a subject to one closed, textured mesh: signed distances averaged over the views (`fuseViews`), the
 * surface where they are 0, smoothed where nobody looked, simplified, laid out flat and painted.
 * @param views one size; the one nearest to the front decides where the frame cuts the subject off
 * @throws MeshError where views are missing or of different sizes, hold no subject, or so few triangles cannot be reached
 */
export async function fuseMesh(
  views: readonly SolidView[],
  { focal, frameHeight }: FusedFrame,
  options: Partial<FuseMeshOptions> = {},
): Promise<FusedMesh> {
  const { triangles, texture } = { ...FUSE_MESH_DEFAULTS, ...options };
  checkSizes(views);
  const small = views.map(shrinkView);
  const smallFields = small.map((view) => viewField(view, focal));
  const surface = await thinOut(await fuseSurface(small, smallFields, focal, triangles), triangles);
  // Views that were small enough say the same of colours.
  const fields = views.map((view, k) => (view === small[k] ? smallFields[k]! : viewField(view, focal)));
  const normals = vertexNormals(surface.positions, surface.triangles);
  const flat = await unwrap(surface, texture ?? 2 * views[0]!.image.width);
  const { camera } = fields[0]!;
  const metres = (frameHeight * focal * camera.width) / (2 * camera.height);
  const copy = (from: ArrayLike<number>, scale: number): Float32Array =>
    Float32Array.from({ length: 3 * flat.sources.length }, (_, i) => {
      const source = flat.sources[Math.floor(i / 3)]!;
      return from[3 * source + (i % 3)]! * scale;
    });
  return {
    positions: copy(surface.positions, metres),
    normals: copy(normals, 1),
    uvs: flat.texels.map((value, i) => value / (i % 2 === 0 ? flat.width : flat.height)),
    indices: flat.triangles,
    texture: bakeTexture(surface, normals, flat, fields),
  };
}

/**
 * The surface before it is simplified, about the pivot in units of the camera's distance.
 * @param fields one a view
 */
async function fuseSurface(
  views: readonly SolidView[],
  fields: readonly ViewField[],
  focal: number,
  triangles: number,
): Promise<Surface> {
  const middle = middleView(views);
  const own = fields[middle]!;
  const bounds = boundsOf(fields);
  const behind = unseenBack(views[middle]!, fields, own, focal);
  const distance = within(fuseViews(fields, behind), own, bounds);
  const margin = 4 * own.pixel;
  const box: Box = {
    min: bounds.min.map((value) => value - margin) as [number, number, number],
    max: bounds.max.map((value) => value + margin) as [number, number, number],
  };
  const surface = await extractSurface(distance, box, edgeOf(own, triangles) * own.pixel);
  const free = (v: number): boolean =>
    !isMeasured(surface.positions.subarray(3 * v, 3 * v + 3), fields, bounds);
  const even = {
    ...surface,
    positions: fair(surface, (v) => !isCut(surface.positions[3 * v + 1]!, own, bounds), NOISE),
  };
  return { ...even, positions: fair(even, free, UNSEEN) };
}

/** Pixels. */
const edgeOf = ({ camera }: ViewField, triangles: number): number => {
  const pixels = (camera.width * camera.height) / 128 ** 2;
  return Math.min(EDGE.most, Math.max(EDGE.least, Math.sqrt((pixels * TRIANGLES) / (DENSITY * triangles))));
};

function checkSizes(views: readonly SolidView[]): void {
  const first = views[0];
  if (!first) throw new MeshError('size', 'expected at least one view, got none');
  const { width, height } = first.image;
  for (const { image, depth } of views)
    for (const map of [image, depth])
      if (map.width !== width || map.height !== height)
        throw new MeshError(
          'size',
          `expected views and depth of ${width}×${height}, got ${map.width}×${map.height}`,
        );
}

/** A box round all that is seen, as deep behind the pivot as the subject is wide. */
function boundsOf(fields: readonly ViewField[]): Box {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const { camera, surface } of fields)
    for (let row = 0; row < camera.height; row++)
      for (let column = 0; column < camera.width; column++) {
        const seen = surface(column + 0.5, row + 0.5);
        if (!seen) continue;
        const at = camera.unproject(column + 0.5, row + 0.5, seen.depth);
        for (let axis = 0; axis < 3; axis++) {
          min[axis] = Math.min(min[axis]!, at[axis]!);
          max[axis] = Math.max(max[axis]!, at[axis]!);
        }
      }
  if (!(min[0] < max[0])) throw new MeshError('subject', 'expected views with depth, got none');
  const wide = max[0] - min[0];
  return { min: [min[0], min[1], Math.min(min[2], -wide)], max };
}

/** Cut off level, so that a bust stands, and at the sides of the middle view's frame. */
function within(distance: SignedDistance, { camera, pixel }: ViewField, { min }: Box): SignedDistance {
  return (x, y, z) => {
    const { column, row } = camera.project(x, y, z);
    const frame = Math.min(column, camera.width - column, row) * pixel;
    return Math.min(y - min[1], frame, distance(x, y, z));
  };
}

/** Whether a height is that of the level cut. */
const isCut = (y: number, { pixel }: ViewField, { min }: Box): boolean => y - min[1] < pixel;

/** Whether some view sees a vertex, or it lies on the cut. */
function isMeasured(at: ArrayLike<number>, fields: readonly ViewField[], bounds: Box): boolean {
  const [x, y, z] = [at[0]!, at[1]!, at[2]!];
  if (isCut(y, fields[0]!, bounds)) return true;
  return fields.some(({ look, pixel, surface }) => {
    const place = look(x, y, z);
    const seen = place && surface(place.column, place.row);
    return seen !== null && seen.facing >= KNOWN && Math.abs(seen.depth - place!.depth) < NEAR * pixel;
  });
}
