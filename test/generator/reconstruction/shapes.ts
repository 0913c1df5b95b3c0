import { BACKGROUND } from '../../../generator/src/impostor/index.ts';
import { type DepthView, type Lens, viewCamera } from '../../../generator/src/reconstruction/index.ts';

export const LENS: Lens = { width: 96, height: 96, focal: 9.2 };

export interface Sphere {
  readonly centre: readonly [number, number, number];
  readonly radius: number;
}

/** A sphere seen from some yaws: exact depth where a pixel's ray meets it; red where x > 0 and blue elsewhere. */
export function sphereViews(yaws: readonly number[], { centre, radius }: Sphere): DepthView[] {
  const { width, height } = LENS;
  return yaws.map((yaw): DepthView => {
    const camera = viewCamera({ yaw, pitch: 0 }, LENS);
    const data = new Uint8ClampedArray(4 * width * height);
    const depth = new Float32Array(width * height).fill(BACKGROUND);
    for (let i = 0; i < depth.length; i++) {
      const [column, row] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
      const [from, to] = [camera.unproject(column, row, 0), camera.unproject(column, row, 1)];
      // |from + t·(to − from) − centre| = radius: t is the distance along the axis.
      const along = to.map((value, k) => value - from[k]!);
      const off = from.map((value, k) => value - centre[k]!);
      const [a, b, c] = [dot(along, along), dot(along, off), dot(off, off) - radius ** 2];
      if (b * b < a * c) continue;
      const t = (-b - Math.sqrt(b * b - a * c)) / a;
      depth[i] = t;
      const right = from[0] + t * along[0]! > 0;
      data.set(right ? [200, 0, 0, 255] : [0, 0, 200, 255], 4 * i);
    }
    return { yaw, pitch: 0, image: { width, height, data }, depth: { width, height, data: depth } };
  });
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);
