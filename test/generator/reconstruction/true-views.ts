import { type RgbaImage, toRgba } from '../../../generator/src/impostor/index.ts';
import type { DepthView } from '../../../generator/src/reconstruction/index.ts';
import { openSweeps, type SweepView } from '../../bench/truth/sweeps.ts';
import { portraits } from '../../shared.ts';

/** Of the portraits' renders, half-widths. */
export const TRUE_FOCAL: number = 14 / 1.52;

/** Views of a person of the shared sweeps, with true depth and mask, by rising yaw. */
export async function trueViews(subject: number, most: number): Promise<DepthView[]> {
  const { views } = await openSweeps(portraits(), 128).load(subject);
  return views
    .filter(({ yaw }) => Math.abs(yaw) <= most + 1e-6)
    .map((view) => ({
      yaw: view.yaw,
      pitch: 0,
      image: cutOut(view),
      depth: { width: 128, height: 128, data: view.depth },
    }));
}

function cutOut({ image, mask }: SweepView): RgbaImage {
  const out = toRgba(image);
  for (const [i, cover] of mask.entries()) out.data[4 * i + 3] = 255 * cover;
  return out;
}
