import type { RgbaImage } from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';

/** A picture of the subject. */
export interface SubjectPicture {
  /** Name of its file. */
  readonly name: string;
  readonly image: RgbaImage;
}

/** The pictures of a folder. */
export interface SubjectPictures {
  /** In the order of their names, numbers by their value: `view2` before `view10`. All of one size. */
  readonly pictures: readonly SubjectPicture[];
  /** SHA-256 over all files, in order: other pictures or another order have another one. */
  readonly hash: string;
}

/** Fewest pictures that anything can be learned from: with fewer, hardly any surface is seen three times. */
export const LEAST_PICTURES = 5;
/** Smallest longer side, pixels: what depth is learned at. */
const LEAST_SIDE = 64;
/** Fewer than this make a warning. */
const FEW_PICTURES = 9;

const PICTURE = /\.(webp|png|jpe?g|avif|tiff?)$/i;

/**
 * Reads the pictures of a folder, shrunk to a largest side.
 * @param size pixels
 * @throws PipelineError `build-pictures` where there are none or too few, one cannot be read, or sizes differ
 */
export async function readPictures(
  { files, images, signal, progress, warn }: Platform,
  folder: string,
  size: number,
): Promise<SubjectPictures> {
  const names = (await files.list(folder)).filter((name) => PICTURE.test(name)).sort(byNumber);
  if (names.length < LEAST_PICTURES)
    throw new PipelineError(
      'build-pictures',
      `${folder}: expected at least ${LEAST_PICTURES} pictures (.webp, .png, .jpg, .avif, .tif) of one subject that turns, ` +
        `got ${names.length === 0 ? 'none' : `${names.length}: ${names.join(', ')}`}`,
    );
  if (names.length < FEW_PICTURES)
    warn(
      `${names.length} pictures are few: depth will be rough; a dozen or more, 5° to 15° apart, do better`,
    );
  const pictures: SubjectPicture[] = [];
  const sizes = new Map<string, string[]>();
  const hashes: string[] = [];
  for (const [k, name] of names.entries()) {
    signal.throwIfAborted();
    const bytes = await files.read(`${folder}/${name}`);
    const image = await images.decode(bytes).catch((error: Error) => {
      throw new PipelineError(
        'build-pictures',
        `${folder}/${name}: expected a picture, got: ${error.message}`,
      );
    });
    if (Math.max(image.width, image.height) < LEAST_SIDE)
      throw new PipelineError(
        'build-pictures',
        `${folder}/${name}: expected at least ${LEAST_SIDE} pixels along the longer side, got ${image.width}×${image.height}`,
      );
    const key = `${image.width}×${image.height}`;
    sizes.set(key, [...(sizes.get(key) ?? []), name]);
    hashes.push(files.sha256(bytes));
    const factor = size / Math.max(image.width, image.height);
    const [width, height] = [image.width, image.height].map((n) => Math.max(1, Math.round(n * factor)));
    pictures.push({ name, image: factor < 1 ? await images.resize(image, width!, height!) : image });
    progress({ stage: 'pictures', done: k + 1, total: names.length });
  }
  if (sizes.size > 1)
    throw new PipelineError(
      'build-pictures',
      `${folder}: expected pictures of one size, got ${describeSizes(sizes)}`,
    );
  return { pictures, hash: files.sha256(new TextEncoder().encode(hashes.join())) };
}

const collator = new Intl.Collator('en', { numeric: true });
const byNumber = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : 1);

/** Most names of a size that a message lists. */
const LISTED = 4;

/** `24 of 128×128 and 1 of 64×64 (07.png)`; the commonest size first, names of all others. */
function describeSizes(sizes: ReadonlyMap<string, readonly string[]>): string {
  const sorted = [...sizes].sort((a, b) => b[1].length - a[1].length);
  return sorted
    .map(([size, names], k) => `${names.length} of ${size}${k === 0 ? '' : ` (${listNames(names)})`}`)
    .join(' and ');
}

/** The first few names, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
