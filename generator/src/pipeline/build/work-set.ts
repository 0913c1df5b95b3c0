import type { SweepSet } from '../../calibration/sweep-set.ts';
import type { ImageCodec, RgbaImage } from '../../impostor/index.ts';

/** Grey behind cutouts while depth is learned: in the middle, so that bright and dark edges show alike. */
const GREY = 150;

/** The cutouts at the size that depth is learned at, before one grey. @param side pixels */
export async function workSet(
  images: ImageCodec,
  views: readonly RgbaImage[],
  side: number,
): Promise<SweepSet> {
  const area = side * side;
  const set = {
    subjects: 1,
    views: views.length,
    side,
    images: new Uint8Array(views.length * 3 * area),
    masks: new Uint8Array(views.length * area),
    places: Float32Array.from(views, (_, k) => k - (views.length - 1) / 2),
  };
  for (const [view, picture] of views.entries()) {
    const { data } = picture.width === side ? picture : await images.resize(picture, side, side);
    for (let i = 0; i < area; i++) {
      const alpha = data[4 * i + 3]! / 255;
      for (let c = 0; c < 3; c++)
        set.images[(view * 3 + c) * area + i] = Math.round(alpha * data[4 * i + c]! + (1 - alpha) * GREY);
      set.masks[view * area + i] = data[4 * i + 3]!;
    }
  }
  return set;
}

/** The same views in another order. */
export function reorderSet(set: SweepSet, order: readonly number[]): SweepSet {
  const area = set.side * set.side;
  const images = new Uint8Array(set.images.length);
  const masks = new Uint8Array(set.masks.length);
  order.forEach((view, k) => {
    images.set(set.images.subarray(view * 3 * area, (view + 1) * 3 * area), k * 3 * area);
    masks.set(set.masks.subarray(view * area, (view + 1) * area), k * area);
  });
  return { ...set, images, masks };
}
