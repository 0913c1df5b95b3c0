import { subjectToCamera, type View } from '@turnaround/plugin/asset';
import type { DepthMap } from '../depth/index.ts';
import type { RgbaImage } from '../image.ts';
import { backShell } from './back-shell.ts';
import { improve } from './improve.ts';
import { vertexNormals } from './normals.ts';
import { createPlate } from './plate.ts';
import { splitChords } from './rim.ts';
import { liftSheets } from './sheets.ts';
import { simplify } from './simplify.ts';
import { solidOf } from './solid.ts';
import { subdivide } from './subdivide.ts';
import { textureSolid } from './texture.ts';

/** A view with its depth, and where it was seen from. */
export interface LiftView {
  /** Straight alpha; colour is not read, the mesh refers to it. */
  readonly image: RgbaImage;
  /** Of the image's size; the pivot is at 1. Read within alpha ≥ ½ only; holes are filled. */
  readonly depth: DepthMap;
  /** Focal length in half-widths of the image. */
  readonly focal: number;
  /** Height of the view's frame at the pivot, in metres. */
  readonly frameHeight: number;
  /** Radians, from which side the view shows the subject; both 0 by default. */
  readonly yaw?: number;
  readonly pitch?: number;
}

export interface LiftMeshOptions {
  /** Most triangles of the result. */
  readonly triangles: number;
  /** Where the view's pixels lie in the texture; null: the texture is the view. */
  readonly texture: {
    readonly width: number;
    readonly height: number;
    readonly rectangle: View['rectangle'];
  } | null;
  /** Longest side of the grid that is triangulated before it is simplified, in pixels. */
  readonly grid: number;
  /** Depth over width: neighbours that differ by more belong to two surfaces, one before the other. */
  readonly maxSlope: number;
}

/** 76°: the side of a nose stays one surface, a chin before a neck does not. */
export const LIFT_MESH_DEFAULTS: LiftMeshOptions = { triangles: 4000, texture: null, grid: 192, maxSlope: 4 };

/** An indexed mesh as glTF holds it: right-handed, +Y up, +Z out of the face, metres, the pivot at the origin. */
export interface LiftedMesh {
  /** f32 [V,3]. */
  readonly positions: Float32Array;
  /** f32 [V,3], unit length, outwards. */
  readonly normals: Float32Array;
  /** f32 [V,2], 0..1 from the upper left corner of the texture. */
  readonly uvs: Float32Array;
  /** [T,3], counter-clockwise from outside. */
  readonly indices: Uint32Array;
}

/** Longest edge before simplification, in pixels. */
const LONGEST_EDGE = 2.5;

/**
 * Lifts one view to a closed, textured mesh: its front by the view's depth, its edge on the silhouette at alpha ½,
 * its back a bulged shell that starts at the silhouette. Closed by construction; vertices are doubled only where
 * texture jumps.
 * @throws MeshError where the picture holds no subject or so few triangles cannot be reached
 */
export async function liftMesh(view: LiftView, options: Partial<LiftMeshOptions> = {}): Promise<LiftedMesh> {
  const { triangles, texture, grid, maxSlope } = { ...LIFT_MESH_DEFAULTS, ...options };
  const plate = createPlate(view.image, view.depth, view.focal, grid);
  const { sheet, boundary, rim } = liftSheets(plate, maxSlope);
  const closed = splitChords(sheet, boundary);
  const solid = subdivide(solidOf(plate, sheet, closed, backShell(plate, rim)), LONGEST_EDGE);
  const kept = improve(solid, await simplify(solid, triangles));
  const textured = textureSolid(plate, solid, kept);
  const normals = vertexNormals(solid.positions, kept);

  const metres = view.frameHeight / plate.height;
  const rotation = subjectToCamera(view.yaw ?? 0, view.pitch ?? 0);
  const count = textured.sources.length;
  const out: LiftedMesh = {
    positions: new Float32Array(3 * count),
    normals: new Float32Array(3 * count),
    uvs: new Float32Array(2 * count),
    indices: textured.triangles,
  };
  const [x, y, w, h] = texture?.rectangle ?? [0, 0, 1, 1];
  const [width, height] = [texture?.width ?? 1, texture?.height ?? 1];
  for (const [v, source] of textured.sources.entries()) {
    // The camera's axes are the rotation's rows: its columns take points back to the subject.
    for (let axis = 0; axis < 3; axis++)
      for (let k = 0; k < 3; k++) {
        out.positions[3 * v + axis]! += rotation[k]![axis]! * solid.positions[3 * source + k]! * metres;
        out.normals[3 * v + axis]! += rotation[k]![axis]! * normals[3 * source + k]!;
      }
    out.uvs[2 * v] = (x + (textured.points[2 * v]! / plate.width) * w) / width;
    out.uvs[2 * v + 1] = (y + (textured.points[2 * v + 1]! / plate.height) * h) / height;
  }
  return out;
}
