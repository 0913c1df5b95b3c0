import { radians } from '@turnaround/plugin/asset';
import { pictureGrid } from '../../impostor/index.ts';
import {
  drawCloud,
  encodePly,
  FUSE_DEFAULTS,
  fuseDepth,
  type PointCloud,
} from '../../reconstruction/index.ts';
import type { Platform } from '../platform.ts';
import type { ReconstructionViews } from './views.ts';

/** Front, three-quarter and side, degrees. */
const DRAWN = [0, 40, 80] as const;
/** Side of a picture of the cloud, pixels. */
const SIDE = 384;
/** A cell's diagonal: neighbouring cells' points leave no gap. */
const POINT_SIZE = 1.8 * FUSE_DEFAULTS.cell;

/** Writes `cloud.ply`, the views' depth fused, and `cloud.png`, that cloud from three sides. @returns its points */
export async function writeCloud(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  out: string,
  { views, focal, subject }: ReconstructionViews,
): Promise<PointCloud> {
  const cloud = fuseDepth(views, focal);
  const comments = [
    // Headers are ASCII.
    `turnaround: ${subject.replace(/[^\x20-\x7e]/g, '?')}`,
    "x right, y up, z out of the face, about the pivot; unit: the camera's distance from it",
  ];
  await files.write(`${out}/cloud.ply`, encodePly(cloud, comments));
  const draw = (shading: 'colour' | 'normals') =>
    DRAWN.map((yaw) =>
      drawCloud(cloud, { yaw: radians(yaw), pitch: 0 }, { side: SIDE, focal, size: POINT_SIZE, shading }),
    );
  const sheet = pictureGrid(
    [
      { label: 'as drawn', pictures: draw('colour') },
      { label: 'surface', pictures: draw('normals') },
    ],
    { cell: SIDE, columns: DRAWN.map((yaw) => `${yaw}°`) },
  );
  await files.write(`${out}/cloud.png`, await images.encodePng(sheet));
  return cloud;
}
