import { radians } from '@turnaround/plugin/asset';
import {
  type ReproductionPictures,
  type ReproductionSheets,
  WAY_LABELS,
  type WayId,
} from '../../evaluation/reproduce/index.ts';
import { type PictureRow, pictureGrid, type RgbImage, toRgba } from '../../impostor/index.ts';
import { pictureAddress } from '../evaluate/picture-address.ts';
import { spread } from '../evaluate/real-pictures.ts';
import type { Platform } from '../platform.ts';
import { openViewSource } from '../view-source.ts';
import { wayFolder } from './train-ways.ts';

/** Side of a picture on a sheet, pixels, and how many views it shows. */
const CELL = 112;
const COLUMNS = 9;

/** Subjects of the sheets: of the three ways, and of the losses left out. */
const [SUBJECTS, ABLATED] = [3, 2];

const THREE: readonly WayId[] = ['ganspace', 'paper', 'turnaround'];
const ABLATION: readonly WayId[] = ['without-latent', 'without-feature', 'without-warp', 'paper'];

/** The first subjects that were measured, drawn by each way. @param degrees asked yaws */
export async function drawReproductionSheets(
  platform: Platform,
  out: string,
  firstSeed: number,
  degrees: readonly number[],
  truncation: number,
): Promise<ReproductionSheets> {
  const columns = spread(degrees, COLUMNS);
  const draw = async (ways: readonly WayId[], count: number): Promise<ReproductionPictures[]> => {
    const seeds = Array.from({ length: count }, (_, k) => firstSeed + k);
    const drawn = new Map<WayId, RgbImage[][]>();
    for (const way of ways) {
      const folder = wayFolder(out, way === 'ganspace' ? 'paper' : way);
      const source = await openViewSource(platform, folder, { truncation, refine: way !== 'ganspace' });
      try {
        const rows: RgbImage[][] = [];
        for (const seed of seeds) rows.push(await source.views(seed, columns.map(radians)));
        drawn.set(way, rows);
      } finally {
        await source.release();
      }
    }
    return Promise.all(
      seeds.map(async (seed, k) => {
        const rows = ways.map(
          (way): PictureRow => ({
            // The sheet's letters are lower-case ones.
            label: WAY_LABELS[way].toLowerCase(),
            pictures: drawn.get(way)![k]!.map(toRgba),
          }),
        );
        const image = pictureGrid(rows, {
          cell: CELL,
          columns: columns.map((yaw) => `${yaw > 0 ? '+' : ''}${Math.round(10 * yaw) / 10 + 0}°`),
        });
        return {
          caption: `Seed ${seed}`,
          source: await pictureAddress(platform.images, image),
          width: image.width,
          height: image.height,
        };
      }),
    );
  };
  return { views: await draw(THREE, SUBJECTS), ablation: await draw(ABLATION, ABLATED) };
}
