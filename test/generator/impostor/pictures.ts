import { readFileSync } from 'node:fs';
import { extendColour } from '../../../generator/src/impostor/extend-colour.ts';
import { type RgbaImage, type RgbImage, toRgb } from '../../../generator/src/impostor/image.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { golden, portraits } from '../../shared.ts';

const codec = createImageCodec();
const two = (n: number): string => String(n).padStart(2, '0');

export async function readPicture(path: string): Promise<RgbaImage> {
  return codec.decode(readFileSync(path));
}

/** Views of a person of the shared sweeps, and the true coverage of each, f32 [H,W]. */
export async function readSweep(
  subject: number,
  views: readonly number[],
): Promise<{ images: RgbImage[]; truth: Float32Array[] }> {
  const images: RgbImage[] = [];
  const truth: Float32Array[] = [];
  for (const view of views) {
    const file = portraits('sweeps', two(subject), two(view));
    images.push(toRgb(await readPicture(`${file}.webp`)));
    const mask = await readPicture(`${file}.mask.png`);
    truth.push(Float32Array.from({ length: mask.width * mask.height }, (_, i) => mask.data[4 * i]! / 255));
  }
  return { images, truth };
}

/** Some of the images of portraits-128 that come with it. */
export function readGanImages(): RgbImage[] {
  const bytes = readFileSync(portraits('reference', 'image.f32'));
  const batch = new Float32Array(new Uint8Array(bytes).buffer);
  const size = 3 * 128 * 128;
  return Array.from({ length: 8 }, (_, k) => ({
    width: 128,
    height: 128,
    data: batch.slice(k * size, (k + 1) * size),
  }));
}

export const BACKDROPS = ['cat', 'coffee', 'launch'] as const;

export async function readBackdrop(name: string): Promise<RgbImage> {
  return toRgb(await readPicture(golden('impostor', 'backdrops', `${name}.webp`)));
}

/** f32 [3,H,W]: the subject's colours by coverage over a backdrop. */
export function composite(subject: RgbImage, alpha: Float32Array, backdrop: RgbImage): RgbImage {
  const size = alpha.length;
  const data = subject.data.map((own, k) => {
    const a = alpha[k % size]!;
    return a * own + (1 - a) * backdrop.data[k]!;
  });
  return { ...subject, data };
}

/** A picture of one colour, −1..1. */
export function plain(width: number, height: number, colour: readonly number[]): RgbImage {
  const size = width * height;
  return {
    width,
    height,
    data: Float32Array.from({ length: 3 * size }, (_, k) => colour[Math.floor(k / size)]!),
  };
}

/** Colours of wholly covered pixels, continued outwards: a subject that any backdrop can be put behind. */
export function subjectOf(image: RgbImage, alpha: Float32Array): RgbImage {
  return extendColour(
    image,
    alpha.map((a) => (a > 0.999 ? 1 : 0)),
  );
}

/** Intersection over union of coverage of at least one half. */
export function iou(a: Float32Array, b: Float32Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [a[i]! >= 0.5, b[i]! >= 0.5];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return both / either;
}

export function meanAbsoluteError(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** dB between two f32 [3,H,W] of −1..1, over the pixels that a rule picks. */
export function psnr(a: RgbImage, b: RgbImage, where: (pixel: number) => boolean = () => true): number {
  const size = a.width * a.height;
  let sum = 0;
  let count = 0;
  for (let k = 0; k < a.data.length; k++) {
    if (!where(k % size)) continue;
    sum += ((a.data[k]! - b.data[k]!) / 2) ** 2;
    count++;
  }
  return -10 * Math.log10(sum / count);
}

/** Repeatable uniform numbers, 0..1 (a linear congruence; for noise in tests only). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A head on shoulders that run out of the frame, with known coverage and colours.
 * @param shade  colour of head and shoulders, −1..1
 */
export function drawBust(
  width: number,
  height: number,
  shade: readonly (readonly [number, number, number])[],
): { subject: RgbImage; alpha: Float32Array } {
  const size = width * height;
  const alpha = new Float32Array(size);
  const data = new Float32Array(3 * size);
  const inside = (x: number, y: number): number => {
    const head = ((x / width - 0.5) / 0.22) ** 2 + ((y / height - 0.42) / 0.3) ** 2 < 1;
    const shoulders = ((x / width - 0.5) / 0.42) ** 2 + ((y / height - 1) / 0.35) ** 2 < 1;
    return head ? 1 : shoulders ? 2 : 0;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      let covered = 0;
      for (let k = 0; k < 64; k++)
        if (inside(x + ((k % 8) + 0.5) / 8, y + (Math.floor(k / 8) + 0.5) / 8) > 0) covered++;
      alpha[i] = covered / 64;
      const colour = shade[y > 0.72 * height ? 1 : 0]!;
      for (let c = 0; c < 3; c++)
        data[c * size + i] = colour[c]! + 0.1 * Math.sin(0.7 * x) * Math.cos(0.5 * y);
    }
  return { subject: { width, height, data }, alpha };
}
