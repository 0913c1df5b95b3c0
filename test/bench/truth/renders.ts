/** Single views of many people with known angles: the true distribution, for distances between distributions. */
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { imageBlockMean } from './block-mean.ts';
import { cellNumber, readTable } from './csv.ts';
import { readRgb } from './pictures.ts';

export interface Render {
  readonly index: number;
  /** Radians. */
  readonly yaw: number;
  /** Radians. */
  readonly pitch: number;
}

export interface Renders {
  readonly renders: readonly Render[];
  /** f32 [3,R,R], RGB −1..1. */
  load(render: Render): Promise<RgbImage>;
}

const COLUMNS = ['index', 'yaw_deg', 'pitch_deg'] as const;

/**
 * The renders of a folder of the portraits' form: `renders.csv`, `renders/NNNN.webp`.
 *
 * @param resolution  pixels of a side: the files', or a divisor of it
 * @throws TruthError `data` where files are missing or of another form
 */
export function openRenders(folder: string, resolution: number): Renders {
  const table = join(folder, 'renders.csv');
  return {
    renders: readTable(table, COLUMNS).map((row) => ({
      index: cellNumber(table, 'index', row.index),
      yaw: radians(cellNumber(table, 'yaw_deg', row.yaw_deg)),
      pitch: radians(cellNumber(table, 'pitch_deg', row.pitch_deg)),
    })),
    async load({ index }) {
      const path = join(folder, 'renders', `${String(index).padStart(4, '0')}.webp`);
      return imageBlockMean(await readRgb(path), resolution);
    },
  };
}
