/** Ellipsoids whose pictures say in one corner what they show, and a judge that reads it there: sweeps without networks. */
import type { RgbImage } from '../../generator/src/impostor/image.ts';
import type { Reading } from '../bench/truth/judge.ts';
import type { Drawer } from '../bench/truth/refiner-bench.ts';
import type { SweepSource, SweepView } from '../bench/truth/sweeps.ts';
import { ellipsoidView } from './ellipsoid.ts';

const SIZE = 64;
const BACKDROP = 0.18;
/** Colour a radian, and a subject: far below what a matte tells from the backdrop. */
const CODE = 0.01;
/** Side of the corner that holds them: its first pixel survives a 3×3 mean. */
const CORNER = 4;

const drawn = new Map<string, SweepView>();

/** A subject's view with its yaw (radians) and number in the corner. */
export function codedView(subject: number, yaw: number): SweepView {
  const key = `${subject} ${yaw.toFixed(9)}`;
  const known = drawn.get(key);
  if (known) return known;
  const view = ellipsoidView(subject, yaw, SIZE, 1);
  for (let y = 0; y < CORNER; y++)
    for (let x = 0; x < CORNER; x++) {
      view.image.data[y * SIZE + x] = BACKDROP + CODE * yaw;
      view.image.data[SIZE ** 2 + y * SIZE + x] = BACKDROP + CODE * subject;
    }
  drawn.set(key, view);
  return view;
}

/** Sweeps that turn by `slope` times what is asked. */
export const codedDrawer =
  (slope = 1): Drawer =>
  async (seed, yaws) =>
    yaws.map((yaw) => codedView(seed, slope * yaw).image);

/** Identity turns by a tenth of the yaw; depth is flat. */
export const codedJudge = {
  async read(images: readonly RgbImage[]): Promise<Reading[]> {
    return images.map(({ data }) => {
      const yaw = (data[0]! - BACKDROP) / CODE;
      const subject = (data[SIZE ** 2]! - BACKDROP) / CODE;
      return {
        yaw,
        pitch: 0,
        identity: Float32Array.of(Math.cos(2 * subject + yaw / 10), Math.sin(2 * subject + yaw / 10)),
        features: Float32Array.of(subject, yaw, 1),
        depth: new Float32Array(SIZE ** 2).fill(1),
      };
    });
  },
};

/** The same subjects as true sweeps, −60..60° by 7.5°. */
export const codedSweeps = (subjects: readonly number[]): SweepSource => ({
  subjects,
  resolution: SIZE,
  load: async (subject) => ({
    subject,
    views: Array.from({ length: 17 }, (_, k) => codedView(subject, ((k - 8) * Math.PI) / 24)),
  }),
});
