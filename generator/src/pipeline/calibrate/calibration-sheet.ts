import { radians } from '@turnaround/plugin/asset';
import {
  type ImageCodec,
  imageOfBatch,
  type RgbaImage,
  type RgbImage,
  toRgba,
} from '../../impostor/index.ts';
import { drawText, textWidth } from '../../impostor/stroke-font.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import type { ModelDirection } from '../model-manifest.ts';
import { turningSubject } from '../sweep.ts';
import { type CalibratedModel, latentsAt } from './calibrated-model.ts';
import { drawProtractor, protractorHeight } from './protractor.ts';

/** Subjects that are shown: the first seeds, as `generate --seeds 0-4` makes them. */
const SEEDS = [0, 1, 2, 3, 4] as const;
const TRUNCATION = 0.8;

/** Yaw of the columns as shares of the outermost one. */
const COLUMNS = [-1, -0.5, 0, 0.5, 1] as const;

/** Share of the curve's nearer end that the outermost views show: at the very end many subjects have stopped turning. */
const OUTERMOST = 0.9;

/** Side of a picture on the sheet, pixels: large enough for a person to judge it. */
const CELL = 192;
const GAP = 10;
const LABEL = 16;

const PAGE = [236, 238, 241, 255] as const;
const INK = [74, 80, 92] as const;

/** Yaw of the sheet's outermost views, degrees: as far as the curve goes to both sides, but for a rest. */
export function outermostDegrees({ curve: { degrees } }: Pick<ModelCalibration, 'curve'>): number {
  return OUTERMOST * Math.min(-degrees[0]!, degrees.at(-1)!);
}

/** What the sheet shows: rows of subjects, columns of yaw. */
export interface SheetViews {
  /** Radians that the model believes, one a column, the outermost first and last. */
  readonly yaws: readonly number[];
  readonly rows: readonly (readonly RgbImage[])[];
}

/** The sheet's pictures, at the size that the nets take. */
export async function sheetViews(model: CalibratedModel, direction: ModelDirection): Promise<SheetViews> {
  const { network, calibration } = model;
  const yaws = COLUMNS.map((share) => radians(share * outermostDegrees(calibration)));
  const rows: RgbImage[][] = [];
  for (const seed of SEEDS) {
    const subject = await turningSubject(network, direction, seed, TRUNCATION);
    const latents = latentsAt(subject, await model.curveOf(subject), yaws);
    const drawn = await network.synthesize(latents, yaws.length);
    rows.push(yaws.map((_, k) => imageOfBatch(drawn, k, network.side, network.side)));
  }
  return { yaws, rows };
}

/**
 * Subjects at the degrees that the model believes, with a protractor over each column, so that a person can say
 * what the outermost views really show.
 */
export async function calibrationSheet(images: ImageCodec, { yaws, rows }: SheetViews): Promise<RgbaImage> {
  const resized: RgbaImage[][] = [];
  for (const row of rows)
    resized.push(await Promise.all(row.map((picture) => images.resize(toRgba(picture), CELL, CELL))));
  return compose(resized, yaws);
}

function compose(rows: readonly (readonly RgbaImage[])[], yaws: readonly number[]): RgbaImage {
  const labels = SEEDS.map((seed) => `#${seed}`);
  const left = 2 * GAP + Math.ceil(Math.max(...labels.map((label) => textWidth(label, LABEL)))) + GAP;
  const top = GAP + protractorHeight(CELL) + GAP;
  const sheet = blank(left + yaws.length * (CELL + GAP), top + rows.length * (CELL + GAP));
  yaws.forEach((yaw, column) => {
    drawProtractor(sheet, left + column * (CELL + GAP), GAP, CELL, yaw);
  });
  rows.forEach((pictures, row) => {
    const y = top + row * (CELL + GAP);
    drawText(sheet, labels[row]!, GAP, y + (CELL - LABEL) / 2, { size: LABEL, colour: INK });
    pictures.forEach((picture, column) => {
      paste(sheet, picture, left + column * (CELL + GAP), y);
    });
  });
  return sheet;
}

function blank(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let o = 0; o < data.length; o += 4) data.set(PAGE, o);
  return { width, height, data };
}

function paste(sheet: RgbaImage, { width, height, data }: RgbaImage, left: number, top: number): void {
  for (let y = 0; y < height; y++)
    sheet.data.set(data.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top + y) * sheet.width + left));
}
