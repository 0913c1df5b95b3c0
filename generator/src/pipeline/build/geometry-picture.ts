import { degrees } from '@turnaround/plugin/asset';
import { readViews, type SweepSet } from '../../calibration/sweep-set.ts';
import type { TurntableGeometry } from '../../calibration/turntable/index.ts';
import { orbitPose } from '../../calibration/warp/index.ts';
import type { Runtime } from '../../graph/index.ts';
import { imageOfBatch, pictureGrid, type RgbaImage, toRgba } from '../../impostor/index.ts';
import { reliefPicture } from '../calibrate/relief-picture.ts';
import { warpViews } from '../calibrate/warp-views.ts';

/** Views that are shown. */
const COLUMNS = 7;
/** Largest side of a picture on the sheet, pixels. */
const CELL = 128;

/**
 * What was learned so far, for a person to judge it by. Columns are views, with their yaw in degrees. Rows: the
 * picture; its depth as a relief; the view two places on, warped onto it, which should look the same.
 * @param focal half-widths
 */
export async function geometryPicture(
  runtime: Runtime,
  set: SweepSet,
  { yaws, depths }: TurntableGeometry,
  focal: number,
): Promise<RgbaImage> {
  const { side, views } = set;
  const area = side * side;
  const count = Math.min(COLUMNS, views);
  const shown = Array.from({ length: count }, (_, k) => Math.round((k * (views - 1)) / (count - 1)));
  const read = shown.map((view) => (view + 2 < views ? view + 2 : view - 2));
  const choose = (list: readonly number[]) => list.map((view) => ({ subject: 0, view, mirrored: false }));
  const targets = readViews(set, choose(shown));
  const sources = readViews(set, choose(read));
  const poses = Float32Array.from(shown.flatMap((view, k) => orbitPose(yaws[read[k]!]! - yaws[view]!)));
  const stacked = new Float32Array(count * area);
  shown.forEach((view, k) => void stacked.set(depths[view]!, k * area));
  const warped = await warpViews(runtime, { images: sources.image, depths: stacked, poses }, side, focal);
  const pictures = (planes: Float32Array) => shown.map((_, k) => toRgba(imageOfBatch(planes, k, side, side)));
  return pictureGrid(
    [
      { label: 'picture', pictures: pictures(targets.image) },
      {
        label: 'depth',
        pictures: shown.map((view, k) =>
          reliefPicture(depths[view]!, targets.mask.subarray(k * area, (k + 1) * area), side, focal),
        ),
      },
      { label: 'warped', pictures: pictures(warped.images) },
    ],
    { cell: CELL, columns: shown.map((view) => `${Math.round(degrees(yaws[view]!))}°`) },
  );
}
