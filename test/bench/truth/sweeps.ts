/** People seen from known angles, with true depth and mask: what the truth test measures on, never trains on. */
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { blockMean, depthBlockMean, imageBlockMean } from './block-mean.ts';
import { cellNumber, readTable } from './csv.ts';
import { TruthError } from './errors.ts';
import { readDepth, readMask, readRgb } from './pictures.ts';

/** One view with its truth. */
export interface SweepView {
  /** f32 [3,R,R], RGB −1..1. */
  readonly image: RgbImage;
  /** f32 [R,R], coverage 0..1; above a half means inside. */
  readonly mask: Float32Array;
  /** f32 [R,R], distance along the optical axis, the pivot at 1; 0 where there is no subject. */
  readonly depth: Float32Array;
  /** Radians, positive to the viewer's right. */
  readonly yaw: number;
}

/** All views of one person, by rising yaw. */
export interface Sweep {
  readonly subject: number;
  readonly views: readonly SweepView[];
}

/** Sweeps that are read one at a time: all of them at 128² would take 260 MB. */
export interface SweepSource {
  readonly subjects: readonly number[];
  /** R, pixels of a side. */
  readonly resolution: number;
  load(subject: number): Promise<Sweep>;
}

const COLUMNS = ['subject', 'view', 'yaw_deg'] as const;
const two = (number: number) => String(number).padStart(2, '0');

/**
 * The sweeps of a folder of the portraits' form: `sweeps.csv`, `sweeps/SS/VV.webp`, `.depth.png`, `.mask.png`.
 *
 * @param resolution  pixels of a side: the files', or a divisor of it
 * @throws TruthError `data` where files are missing or of another form
 */
export function openSweeps(folder: string, resolution: number): SweepSource {
  const table = join(folder, 'sweeps.csv');
  const rows = readTable(table, COLUMNS).map((row) => ({
    subject: cellNumber(table, 'subject', row.subject),
    view: cellNumber(table, 'view', row.view),
    yaw: radians(cellNumber(table, 'yaw_deg', row.yaw_deg)),
  }));
  return {
    subjects: [...new Set(rows.map(({ subject }) => subject))].sort((a, b) => a - b),
    resolution,
    async load(subject) {
      const own = rows.filter((row) => row.subject === subject).sort((a, b) => a.yaw - b.yaw);
      if (own.length === 0) throw new TruthError('data', `${table}: expected subject ${subject}, found none`);
      const views: SweepView[] = [];
      for (const { view, yaw } of own)
        views.push(await loadView(join(folder, 'sweeps', two(subject), two(view)), yaw, resolution));
      return { subject, views };
    },
  };
}

async function loadView(stem: string, yaw: number, resolution: number): Promise<SweepView> {
  const [image, mask, depth] = await Promise.all([
    readRgb(`${stem}.webp`),
    readMask(`${stem}.mask.png`),
    readDepth(`${stem}.depth.png`),
  ]);
  const side = image.width;
  if (mask.length !== side * image.height || depth.length !== mask.length)
    throw new TruthError('data', `${stem}: expected a picture, mask and depth of one size`);
  return {
    image: imageBlockMean(image, resolution),
    mask: blockMean(mask, side, resolution),
    depth: depthBlockMean(depth, side, resolution),
    yaw,
  };
}
