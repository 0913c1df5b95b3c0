import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Picture } from '../plugin/character-glb.ts';
import { portraits } from '../shared.ts';

/** Views of a rendered person at these yaws (degrees, multiples of 2.5 within ±60), with their true coverage as alpha. */
export async function sweepViews(subject: number, yaws: readonly number[]): Promise<Picture[]> {
  return await Promise.all(
    yaws.map(async (yaw) => {
      const name = `${String(Math.round((yaw + 60) / 2.5)).padStart(2, '0')}`;
      const file = (ending: string) =>
        readFileSync(portraits('sweeps', String(subject).padStart(2, '0'), `${name}${ending}`));
      const mask = await sharp(file('.mask.png')).greyscale().raw().toBuffer();
      const { data, info } = await sharp(file('.webp'))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const pixels = new Uint8ClampedArray(data);
      for (const [k, alpha] of mask.entries()) pixels[k * 4 + 3] = alpha;
      return { width: info.width, height: info.height, data: pixels };
    }),
  );
}
