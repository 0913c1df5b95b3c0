import { radians } from '@turnaround/plugin/asset';
import type { ReportPictures, SubjectMeasures } from '../../evaluation/report/index.ts';
import { pictureGrid, type RgbaImage, toRgba } from '../../impostor/index.ts';
import { openViewSource } from '../view-source.ts';
import type { MeasuredModel } from './evaluate-model.ts';
import { pictureAddress } from './picture-address.ts';
import type { EvaluatePlatform } from './readers.ts';
import { spread } from './real-pictures.ts';

/** Side of a picture on a sheet, and how many views it shows. */
const CELL = 128;
const COLUMNS = 9;

const meanOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
};

/** What subjects are ranked by: the first that could be measured of all of them. */
const RANKINGS: readonly {
  readonly name: string;
  readonly digits: number;
  of(subject: SubjectMeasures): number | null;
}[] = [
  {
    name: 'warped PSNR, dB',
    digits: 1,
    of: ({ pairs }) => meanOf(pairs.map(({ warpedPsnr }) => warpedPsnr)),
  },
  { name: 'identity, cosine', digits: 3, of: ({ views }) => meanOf(views.map(({ identity }) => identity)) },
  { name: 'SSIM', digits: 3, of: ({ views }) => meanOf(views.map(({ ssim }) => ssim)) },
];

/** The best, the median and the worst subject, drawn again: refined above unrefined where there is a refiner. */
export async function drawSheets(
  platform: EvaluatePlatform,
  { folder, methods }: MeasuredModel,
  degrees: readonly number[],
  truncation: number,
): Promise<ReportPictures[]> {
  const shown = methods.filter(({ method }) => method.id === 'refined' || method.id === 'unrefined');
  const { subjects } = shown[0]!;
  const ranking = RANKINGS.find(({ of }) => subjects.every((subject) => of(subject) !== null))!;
  const order = [...subjects].sort((a, b) => ranking.of(b)! - ranking.of(a)!);
  const columns = columnsOf(degrees);
  const rows: Record<string, Map<number, RgbaImage[]>> = {};
  const chosen = choose(order);
  for (const { method } of shown) {
    const source = await openViewSource(platform, folder, { truncation, refine: method.id === 'refined' });
    try {
      rows[method.id] = new Map();
      for (const { subject } of chosen) {
        const views = await source.views(subject.seed, columns.map(radians));
        rows[method.id]!.set(subject.seed, views.map(toRgba));
      }
    } finally {
      await source.release();
    }
  }
  const sheets: ReportPictures[] = [];
  for (const { place, subject } of chosen) {
    const image = pictureGrid(
      shown.map(({ method }) => ({ label: method.label, pictures: rows[method.id]!.get(subject.seed)! })),
      { cell: CELL, columns: columns.map((yaw) => `${yaw > 0 ? '+' : ''}${Math.round(10 * yaw) / 10 + 0}°`) },
    );
    const measured = ranking.of(subject)!.toFixed(ranking.digits);
    sheets.push({
      caption: `${place} subject, seed ${subject.seed} (${ranking.name}: ${measured})`,
      source: await pictureAddress(platform.images, image),
      width: image.width,
      height: image.height,
    });
  }
  return sheets;
}

/** Every so many of the yaws, both ends with them, where that can be; else evenly chosen. */
function columnsOf(degrees: readonly number[]): number[] {
  const steps = degrees.length - 1;
  for (let count = Math.min(COLUMNS - 1, steps); count >= 4; count--)
    if (steps % count === 0) return degrees.filter((_, k) => k % (steps / count) === 0);
  return spread(degrees, COLUMNS);
}

/** Of a list from best to worst; few subjects have no median of their own. */
function choose(order: readonly SubjectMeasures[]): { place: string; subject: SubjectMeasures }[] {
  const places: readonly (readonly [string, number])[] = [
    ['Best', 0],
    ['Median', Math.floor((order.length - 1) / 2)],
    ['Worst', order.length - 1],
  ];
  const taken = new Set<number>();
  return places.flatMap(([place, index]) => {
    if (taken.has(index)) return [];
    taken.add(index);
    return [{ place, subject: order[index]! }];
  });
}
