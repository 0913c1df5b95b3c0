import { radians } from '@turnaround/plugin/asset';
import { type PictureRow, pictureGrid, type RgbaImage, toRgba } from '../../impostor/index.ts';
import { GENERATE_DEFAULTS } from '../generate.ts';
import type { Platform } from '../platform.ts';
import { openViewSource, type ViewSource, viewSource } from '../view-source.ts';
import { type LatentRefinerOptions, openLatentRefiner } from './latent-refiner.ts';

/** Seeds of the subjects that are shown, and their degrees. */
const SEEDS = [0, 1, 2] as const;
const DEGREES = [-45, -30, -15, 0, 15, 30, 45] as const;

const TRUNCATION = GENERATE_DEFAULTS.truncation;

/** Largest side of a picture on the sheet, pixels. */
const CELL = 96;

/**
 * The same subjects at the same yaws, as the direction turns them and mended below, for a person to judge by.
 * @param model `refiner.onnx`
 */
export async function refinerPreview(
  platform: Platform,
  folder: string,
  model: Uint8Array,
  options: LatentRefinerOptions,
): Promise<RgbaImage> {
  const unrefined = await openViewSource(platform, folder, { truncation: TRUNCATION, refine: false });
  const refiner = await openLatentRefiner(platform.runtime, model, options);
  try {
    const refined = viewSource({ ...unrefined, refiner }, TRUNCATION);
    const yaws = DEGREES.map(radians);
    const rows: PictureRow[] = [];
    for (const seed of SEEDS) {
      const row = async (label: string, source: ViewSource) =>
        rows.push({ label, pictures: (await source.views(seed, yaws)).map(toRgba) });
      await row(`${seed}`, unrefined);
      await row(`${seed} refined`, refined);
    }
    return pictureGrid(rows, { cell: CELL, columns: DEGREES.map((angle) => `${angle}°`) });
  } finally {
    await refiner.release();
    await unrefined.release();
  }
}
