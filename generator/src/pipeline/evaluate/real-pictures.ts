import { type RgbImage, toRgb } from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';

/** Pictures in a folder, but not the depth maps and masks that may lie beside them. */
const PICTURE = /\.(png|jpe?g|webp)$/i;
const PLANE = /\.(depth|mask)\.[^.]+$/i;

const isPicture = (name: string): boolean => PICTURE.test(name) && !PLANE.test(name) && !name.startsWith('.');

/** Evenly chosen ones of a list, with both ends. */
export function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from(
    { length: most },
    (_, k) => list[Math.round((k * (list.length - 1)) / Math.max(1, most - 1))]!,
  );
}

/**
 * Paths of a folder's pictures, at most so many, evenly chosen in the order of their names.
 * @throws PipelineError `real-missing` where there is none
 */
export async function listPictures(
  { files }: Pick<Platform, 'files'>,
  folder: string,
  most: number,
): Promise<string[]> {
  const names = (await files.list(folder)).filter(isPicture);
  if (names.length === 0)
    throw new PipelineError(
      'real-missing',
      `--real: expected pictures (png, jpg, webp) in ${folder}, found none`,
    );
  return spread(names, most).map((name) => `${folder}/${name}`);
}

/**
 * Paths of people's pictures: one folder a person.
 * @throws PipelineError `real-missing` where no folder holds two pictures
 */
export async function listPeople(
  { files }: Pick<Platform, 'files'>,
  folder: string,
  people: number,
  views: number,
): Promise<string[][]> {
  const found: string[][] = [];
  for (const name of await files.list(folder)) {
    // What is no folder cannot be listed.
    const names = await files.list(`${folder}/${name}`).catch(() => []);
    const pictures = names.filter(isPicture);
    if (pictures.length > 1) found.push(spread(pictures, views).map((file) => `${folder}/${name}/${file}`));
  }
  if (found.length === 0)
    throw new PipelineError(
      'real-missing',
      `--real-subjects: expected folders in ${folder} that hold a person's pictures each, found none`,
    );
  return spread(found, people);
}

/** Reads one picture; pictures that are not square are cropped to their middle. */
export async function readPicture(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  path: string,
): Promise<RgbImage> {
  const { width, height, data } = toRgb(await images.decode(await files.read(path)));
  const side = Math.min(width, height);
  if (width === height) return { width, height, data };
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const out = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < side; y++) {
      const start = (c * height + top + y) * width + left;
      out.set(data.subarray(start, start + side), (c * side + y) * side);
    }
  return { width: side, height: side, data: out };
}
