import { degrees } from '@turnaround/plugin/asset';
import type { SweepSet } from '../../calibration/sweep-set.ts';
import { type CharacterView, pictureGrid, type RgbaImage } from '../../impostor/index.ts';
import { reliefPicture } from '../calibrate/relief-picture.ts';

/** Views in a row. */
const COLUMNS = 9;
/** Largest side of a picture on the sheet, pixels. */
const CELL = 160;

/**
 * A built character for a person to judge: up to nine of its views, evenly chosen, with their degrees above and their
 * depth below.
 * @param depths f32 [S,S] of each view, at the set's size
 * @param focal  half-widths
 */
export function characterSheet(
  views: readonly CharacterView[],
  depths: readonly Float32Array[],
  { side, masks }: SweepSet,
  focal: number,
): RgbaImage {
  const count = Math.min(COLUMNS, views.length);
  const shown = Array.from({ length: count }, (_, k) => Math.round((k * (views.length - 1)) / (count - 1)));
  const mask = (view: number) =>
    Float32Array.from(masks.subarray(view * side * side, (view + 1) * side * side), (m) => m / 255);
  const relief = shown.map((view) => reliefPicture(depths[view]!, mask(view), side, focal));
  const size = views[0]!.image.width;
  return pictureGrid(
    [
      { label: 'picture', pictures: shown.map((view) => views[view]!.image) },
      { label: 'depth', pictures: relief.map((picture) => enlarged(picture, size)) },
    ],
    { cell: CELL, columns: shown.map((view) => `${Math.round(degrees(views[view]!.yaw))}°`) },
  );
}

/** The nearest pixels of a square picture at another size. */
function enlarged({ width, data }: RgbaImage, size: number): RgbaImage {
  const out = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const at = Math.floor((y * width) / size) * width + Math.floor((x * width) / size);
      out.set(data.subarray(4 * at, 4 * at + 4), 4 * (y * size + x));
    }
  return { width: size, height: size, data: out };
}
