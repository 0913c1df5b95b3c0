import { radians } from '@turnaround/plugin/asset';
import { type PictureRow, pictureGrid, type RgbaImage, toRgba } from '../../impostor/index.ts';
import type { ViewSource } from '../view-source.ts';

/** Seeds of the subjects that are shown, and their degrees. */
const SEEDS = [0, 1, 2] as const;
const DEGREES = [-45, -30, -15, 0, 15, 30, 45] as const;

/** Largest side of a picture on the sheet, pixels. */
const CELL = 96;

/** The same subjects at the same yaws, as the direction turns them and mended below, for a person to judge by. */
export async function refinerPreview(unrefined: ViewSource, refined: ViewSource): Promise<RgbaImage> {
  const yaws = DEGREES.map(radians);
  const rows: PictureRow[] = [];
  for (const seed of SEEDS)
    for (const [label, source] of [
      [`${seed}`, unrefined],
      [`${seed} refined`, refined],
    ] as const)
      rows.push({ label, pictures: (await source.views(seed, yaws)).map(toRgba) });
  return pictureGrid(rows, { cell: CELL, columns: DEGREES.map((angle) => `${angle}°`) });
}
