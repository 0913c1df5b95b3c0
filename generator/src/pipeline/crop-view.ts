import type { CharacterView, RgbaImage } from '../impostor/index.ts';

/** One view out of a character's atlas. */
export function cropView(
  atlas: RgbaImage,
  {
    yaw,
    pitch,
    rectangle,
  }: { yaw: number; pitch: number; rectangle: readonly [number, number, number, number] },
): CharacterView {
  const [left, top, width, height] = rectangle;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const start = 4 * ((top + y) * atlas.width + left);
    data.set(atlas.data.subarray(start, start + 4 * width), 4 * y * width);
  }
  return { yaw, pitch, image: { width, height, data } };
}
