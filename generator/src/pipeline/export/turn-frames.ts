import { selectViews, subjectToCamera } from '@turnaround/plugin/asset';
import { type StoredView, storeView, synthesizeView } from '@turnaround/plugin/synthesis';
import type { RgbaImage } from '../../impostor/index.ts';
import type { ReconstructionViews } from './views.ts';

/**
 * Pictures of a subject at any yaws, as the plugin draws them: its two nearest views, marched by their depth. At a stored
 * yaw that is the view itself.
 * @param yaws radians; beyond the views the outermost is shown from there
 * @param size pixels of a side
 */
export function* turnFrames(
  { views, focal }: ReconstructionViews,
  yaws: readonly number[],
  size: number,
): Generator<RgbaImage> {
  const stored = new Map<number, StoredView>();
  const storedView = (index: number): StoredView => {
    const known = stored.get(index);
    if (known) return known;
    const { image, depth, yaw, pitch } = views[index]!;
    const { width, height } = image;
    const rgba = Float32Array.from(image.data, (byte) => byte / 255);
    const view = storeView({ width, height, rgba, depth: depth.data, yaw, pitch, focal });
    stored.set(index, view);
    return view;
  };
  for (const yaw of yaws) {
    const chosen = selectViews(views, yaw).samples.map(({ index, weight }) => ({
      view: storedView(index),
      weight,
    }));
    const camera = { rotation: subjectToCamera(yaw, 0), distance: 1, focal };
    yield straightAlpha(synthesizeView(chosen, camera, size), size);
  }
}

/** 8 bits, colour divided by its alpha. @param premultiplied f32 [size,size,4], 0..1 */
function straightAlpha(premultiplied: Float32Array, size: number): RgbaImage {
  const data = new Uint8ClampedArray(premultiplied.length);
  for (let k = 0; k < premultiplied.length; k += 4) {
    const alpha = premultiplied[k + 3]!;
    for (let c = 0; c < 3; c++) data[k + c] = alpha > 0 ? (255 * premultiplied[k + c]!) / alpha : 0;
    data[k + 3] = 255 * alpha;
  }
  return { width: size, height: size, data };
}
