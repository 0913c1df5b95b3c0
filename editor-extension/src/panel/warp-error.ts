import type { CapturedView } from '@turnaround/plugin/viewer';

/** How far what is shown lies from what the generator draws from the same side. */
export interface WarpError {
  readonly width: number;
  readonly height: number;
  /** Mean difference of the three colours at each pixel, 0..255, rows from the top. */
  readonly difference: Uint8Array;
  /** Over the pixels that either picture covers; infinite where they are the same. */
  readonly psnr: number;
}

/** What both stand on: neither is to win by its backdrop. */
const GREY = 128;

/** From which alpha on a pixel counts as covered. */
const COVERED = 8;

/**
 * Compares two pictures of one size on grey.
 * @param shown  premultiplied
 * @param fresh  straight alpha
 * @throws RangeError where their sizes differ
 */
export function warpError(
  shown: CapturedView,
  fresh: Pick<ImageData, 'width' | 'height' | 'data'>,
): WarpError {
  const { width, height } = shown;
  if (fresh.width !== width || fresh.height !== height)
    throw new RangeError(
      `warp error: expected pictures of one size, got ${width}×${height} and ${fresh.width}×${fresh.height}`,
    );
  const difference = new Uint8Array(width * height);
  let [squares, count] = [0, 0];
  for (let pixel = 0; pixel < difference.length; pixel++) {
    const [ours, theirs] = [shown.data[4 * pixel + 3]!, fresh.data[4 * pixel + 3]!];
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const own = shown.data[4 * pixel + c]! + (GREY * (255 - ours)) / 255;
      const other = (fresh.data[4 * pixel + c]! * theirs + GREY * (255 - theirs)) / 255;
      sum += Math.abs(own - other);
      if (Math.max(ours, theirs) >= COVERED) {
        squares += (own - other) ** 2;
        count++;
      }
    }
    difference[pixel] = Math.round(sum / 3);
  }
  const mean = count > 0 ? squares / count : 0;
  return { width, height, difference, psnr: mean === 0 ? Infinity : 10 * Math.log10(255 ** 2 / mean) };
}

/** A difference of this much (of 255) is as bright as it gets. */
const BRIGHTEST = 64;

/** The difference as a picture: black, through orange, to white. */
export function paintError({ width, height, difference }: WarpError): ImageData {
  const picture = new ImageData(width, height);
  for (const [pixel, value] of difference.entries()) {
    const heat = Math.min(1, value / BRIGHTEST);
    const channels = [Math.min(1, 2.2 * heat), Math.max(0, 1.5 * heat - 0.3), Math.max(0, 4 * heat - 3), 1];
    for (const [c, share] of channels.entries()) picture.data[4 * pixel + c] = Math.round(255 * share);
  }
  return picture;
}
