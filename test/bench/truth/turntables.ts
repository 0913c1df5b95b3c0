/** People on a turntable: pictures in order, and nothing else. What self-calibration may learn from. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { imageBlockMean } from './block-mean.ts';
import { TruthError } from './errors.ts';
import { readRgb } from './pictures.ts';

export interface Turntables {
  /** Names of the people, in order. */
  readonly subjects: readonly string[];
  /** Pictures of one of them in the order of their names; f32 [3,R,R], RGB −1..1. */
  load(subject: string): Promise<RgbImage[]>;
}

const PICTURE = /\.(webp|png|jpe?g)$/i;

/**
 * The turntables of a folder: one folder a person, `SSS/VV.webp`.
 *
 * @param resolution  pixels of a side: the files', or a divisor of it
 * @throws TruthError `data` where there are none, or a person has fewer than two pictures
 */
export async function openTurntables(folder: string, resolution: number): Promise<Turntables> {
  if (!existsSync(folder)) throw new TruthError('data', `data: expected the folder ${folder}, found none`);
  const entries = await readdir(folder, { withFileTypes: true });
  const subjects = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  if (subjects.length === 0)
    throw new TruthError('data', `${folder}: expected a folder for each person, found none`);
  return {
    subjects,
    async load(subject) {
      const names = (await readdir(join(folder, subject))).filter((name) => PICTURE.test(name)).sort();
      if (names.length < 2)
        throw new TruthError(
          'data',
          `${join(folder, subject)}: expected two or more pictures, found ${names.length}`,
        );
      const images: RgbImage[] = [];
      for (const name of names)
        images.push(imageBlockMean(await readRgb(join(folder, subject, name)), resolution));
      return images;
    },
  };
}
