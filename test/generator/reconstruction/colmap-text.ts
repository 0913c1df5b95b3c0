/** Reads COLMAP's text models, and does its geometry apart from the code under test. */

export interface ColmapImage {
  readonly id: number;
  /** w, x, y, z */
  readonly quaternion: readonly number[];
  readonly translation: readonly number[];
  readonly name: string;
  /** Observations: place in pixels, and the point's id, −1 where it has none. */
  readonly observations: readonly { readonly x: number; readonly y: number; readonly point: number }[];
}

export interface ColmapPoint {
  readonly id: number;
  readonly at: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
  /** Mean reprojection error, pixels. */
  readonly error: number;
  /** Images that observe it. */
  readonly images: readonly number[];
}

const lines = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('#'));
const numbers = (line: string): number[] => line.trim().split(/\s+/).filter(Boolean).map(Number);

/** fx, fy, cx, cy of the first camera. */
export function readPinhole(text: string): readonly number[] {
  const [, model, , , ...parameters] = lines(text)[0]!.split(' ');
  if (model !== 'PINHOLE') throw new Error(`expected PINHOLE, got ${model}`);
  return parameters.map(Number);
}

export function readImages(text: string): ColmapImage[] {
  const all = lines(text);
  const images: ColmapImage[] = [];
  for (let k = 0; k + 1 < all.length; k += 2) {
    const parts = all[k]!.trim().split(/\s+/);
    const [id, ...pose] = parts.slice(0, 8).map(Number);
    const seen = numbers(all[k + 1]!);
    images.push({
      id: id!,
      quaternion: pose.slice(0, 4),
      translation: pose.slice(4, 7),
      name: parts[9]!,
      observations: Array.from({ length: seen.length / 3 }, (_, n) => ({
        x: seen[3 * n]!,
        y: seen[3 * n + 1]!,
        point: seen[3 * n + 2]!,
      })),
    });
  }
  return images;
}

export function readPoints(text: string): ColmapPoint[] {
  return lines(text)
    .filter(Boolean)
    .map((line) => {
      const [id, x, y, z, r, g, b, error, ...track] = numbers(line) as [
        ...[number, number, number, number, number, number, number, number],
        ...number[],
      ];
      return { id, at: [x, y, z], colour: [r, g, b], error, images: track.filter((_, n) => n % 2 === 0) };
    });
}

/** A point turned by a unit quaternion: p + 2w·(v × p) + 2·v × (v × p). */
export function turn(quaternion: readonly number[], p: readonly number[]): [number, number, number] {
  const [w, ...v] = quaternion as [number, number, number, number];
  const once = cross(v, p);
  const twice = cross(v, once);
  return [0, 1, 2].map((k) => p[k]! + 2 * w * once[k]! + 2 * twice[k]!) as [number, number, number];
}

/** A point in an image's camera: x right, y down, z forward. */
export function toCamera({ quaternion, translation }: ColmapImage, p: readonly number[]) {
  return turn(quaternion, p).map((value, k) => value + translation[k]!) as [number, number, number];
}

const cross = (a: readonly number[], b: readonly number[]): [number, number, number] => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];
