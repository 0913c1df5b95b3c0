import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import { COLMAP_FOLDERS } from '../../../generator/src/pipeline/export/write-colmap.ts';
import { colmapRecipe, type DepthView, type Lens } from '../../../generator/src/reconstruction/index.ts';
import { type ColmapImage, type ColmapPoint, readImages, readPoints, toCamera } from './colmap-text.ts';

/** Debian's, 3.8. */
const COLMAP = '/usr/bin/colmap';
export const hasColmap: boolean = existsSync(COLMAP);

export interface SparseModel {
  readonly images: readonly ColmapImage[];
  readonly points: readonly ColmapPoint[];
}

export interface ColmapRun {
  /** Points for the exported cameras. */
  readonly triangulated: SparseModel;
  /** Cameras and points found anew, in as many pieces as the mapper left, the largest first. */
  readonly mapped: readonly SparseModel[];
}

/** Runs the commands of an export's README in its folder. */
export function runColmap(folder: string, lens: Lens): ColmapRun {
  for (const { args, folder: made } of colmapRecipe(lens, COLMAP_FOLDERS)) {
    if (made) mkdirSync(join(folder, made), { recursive: true });
    try {
      colmap(folder, args);
    } catch (error) {
      // The mapper that finds no pair of views to begin with says so; that is a result.
      if (!/failed to create sparse model/.test((error as Error).message)) throw error;
    }
  }
  return {
    triangulated: readModel(join(folder, 'triangulated')),
    mapped: readdirSync(join(folder, 'mapped'))
      .map((name) => readModel(join(folder, 'mapped', name)))
      .sort((a, b) => b.images.length - a.images.length),
  };
}

function colmap(cwd: string, args: readonly string[]): void {
  const env = { ...process.env, QT_QPA_PLATFORM: 'offscreen' };
  const { status, stderr } = spawnSync(COLMAP, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`colmap ${args[0]} ended with ${status}: ${stderr.slice(-1000)}`);
}

function readModel(folder: string): SparseModel {
  colmap(folder, ['model_converter', '--input_path', '.', '--output_path', '.', '--output_type', 'TXT']);
  return {
    images: readImages(readFileSync(join(folder, 'images.txt'), 'utf8')),
    points: readPoints(readFileSync(join(folder, 'points3D.txt'), 'utf8')),
  };
}

/**
 * Differences in depth between a sparse model's points and the views' own, one an observation on the subject.
 * @param leastSpan radians of yaw between the first and the last view that observe a point; others are left out
 */
export function depthErrors(
  { images, points }: SparseModel,
  views: readonly DepthView[],
  upscale: number,
  leastSpan: number,
): number[] {
  const view = ({ name }: ColmapImage): DepthView => views[Number.parseInt(name, 10)]!;
  const yaws = new Map(images.map((image) => [image.id, view(image).yaw]));
  const wide = points.filter(({ images: track }) => {
    const seen = track.map((id) => yaws.get(id)!);
    return Math.max(...seen) - Math.min(...seen) >= leastSpan;
  });
  const at = new Map(wide.map((point) => [point.id, point.at]));
  return images.flatMap((image) => {
    const { depth } = view(image);
    return image.observations.flatMap(({ x, y, point }) => {
      const position = at.get(point);
      const seen = depth.data[Math.floor(y / upscale) * depth.width + Math.floor(x / upscale)]!;
      if (!position || !(seen > 0 && Number.isFinite(seen))) return [];
      return [toCamera(image, position)[2] - seen];
    });
  });
}

/** Reprojection error of a model's observations, pixels of the enlarged pictures. */
export const reprojection = ({ points }: SparseModel): number[] => points.map(({ error }) => error);

/**
 * How far a model's turns from each view to the next are from the views' own, degrees: whatever world the mapper has
 * chosen, turns between its cameras mean the same.
 */
export function turnErrors({ images }: SparseModel, views: readonly DepthView[]): number[] {
  const ordered = [...images].sort((a, b) => a.name.localeCompare(b.name));
  return ordered.slice(1).map((image, k) => {
    const before = ordered[k]!;
    const found = degrees(angleBetween(before.quaternion, image.quaternion));
    const asked = views[Number.parseInt(image.name, 10)]!.yaw - views[Number.parseInt(before.name, 10)]!.yaw;
    return Math.abs(found - degrees(asked));
  });
}

/** Angle of the rotation that takes one camera to the other. */
function angleBetween(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  return 2 * Math.acos(Math.min(1, Math.abs(dot)));
}
