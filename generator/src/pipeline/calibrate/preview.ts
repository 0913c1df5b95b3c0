import { degrees } from '@turnaround/plugin/asset';
import type { SweepSet, ViewChoice } from '../../calibration/sweep-set.ts';
import { nextView, readViews } from '../../calibration/sweep-set.ts';
import type { Runtime } from '../../graph/index.ts';
import { imageOfBatch, type PictureRow, pictureGrid, type RgbaImage, toRgba } from '../../impostor/index.ts';
import { subjectDistance } from './free-motions.ts';
import type { DepthNet, PoseNet } from './nets.ts';
import { reliefPicture } from './relief-picture.ts';
import { warpViews } from './warp-views.ts';

/** Subjects that are shown, spread over the set. */
const SUBJECTS = 4;

/** The views that are shown, and those that are warped onto them, as places within the sweep, 0..1. */
const PAIRS: readonly (readonly [shown: number, read: number])[] = [
  [0.5, 0.72],
  [0.2, 0.4],
];

/** Largest side of a picture on the sheet, pixels. */
const CELL = 128;

/** Difference that is drawn in full. */
const LARGEST_DIFFERENCE = 0.5;

/**
 * What the nets make of some views, for a person to judge a training by. Columns are views, with their own yaw in
 * degrees as the net reads it. Rows: the picture; its depth; another view of the subject warped onto it by depth
 * and pose, which should look the same; what is left of the difference.
 * @param focal   half-widths
 * @param motions `free`: depth has a unit of its own, and is drawn with the subject's middle at 1
 */
export async function previewPicture(
  runtime: Runtime,
  nets: { readonly depth: DepthNet; readonly pose: PoseNet },
  set: SweepSet,
  focal: number,
  motions: 'orbit' | 'free',
): Promise<RgbaImage> {
  const { side } = set;
  const [shown, read] = choosePairs(set);
  const target = readViews(set, shown);
  const source = readViews(set, read);
  const count = shown.length;
  const next = readViews(
    set,
    shown.map((choice) => nextView(set, choice)),
  );
  const depths = await nets.depth.depth(target.image, count, next.image);
  const yaws = await nets.pose.yaw(target.image, count);
  const poses = await nets.pose.pose(target.image, source.image, count);
  const warped = await warpViews(runtime, { images: source.image, depths, poses }, side, focal);
  const area = side * side;
  const plane = (data: Float32Array, k: number) => data.subarray(k * area, (k + 1) * area);
  const rows: PictureRow[] = [
    { label: 'picture', pictures: shown.map((_, k) => toRgba(imageOfBatch(target.image, k, side, side))) },
    {
      label: 'depth',
      pictures: shown.map((_, k) => {
        const [depth, mask] = [plane(depths, k), plane(target.mask, k)];
        const pivot = motions === 'orbit' ? 1 : subjectDistance(depth, mask);
        return reliefPicture(
          depth.map((value) => value / pivot),
          mask,
          side,
          focal,
        );
      }),
    },
    { label: 'warped', pictures: shown.map((_, k) => toRgba(imageOfBatch(warped.images, k, side, side))) },
    {
      label: 'difference',
      pictures: shown.map((_, k) => {
        const weight = plane(target.mask, k).map((m, i) => m * warped.valid[k * area + i]!);
        return difference(target.image, warped.images, weight, k, side);
      }),
    },
  ];
  const columns = Array.from(yaws, (yaw) => `${Math.round(degrees(yaw))}°`);
  return pictureGrid(rows, { cell: CELL, columns });
}

function choosePairs({ subjects, views }: SweepSet): [ViewChoice[], ViewChoice[]] {
  const count = Math.min(SUBJECTS, subjects);
  const view = (place: number): number => Math.round(place * (views - 1));
  const choices = Array.from({ length: count }, (_, s) =>
    PAIRS.map(([a, b]) => {
      const subject = Math.floor((s * subjects) / count);
      return [view(a), view(b)].map((k): ViewChoice => ({ subject, view: k, mirrored: false }));
    }),
  ).flat();
  return [choices.map(([a]) => a!), choices.map(([, b]) => b!)];
}

/** |a − b| in the mask as grey, black where they are the same. */
function difference(
  a: Float32Array,
  b: Float32Array,
  weight: Float32Array,
  index: number,
  side: number,
): RgbaImage {
  const area = side * side;
  const data = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const at = (3 * index + c) * area + i;
      sum += Math.abs(a[at]! - b[at]!) / 3;
    }
    const grey = (255 * weight[i]! * sum) / LARGEST_DIFFERENCE;
    data.set([grey, grey, grey, 255], 4 * i);
  }
  return { width: side, height: side, data };
}
