import type { LiftView } from '../../../generator/src/impostor/mesh/index.ts';

/** A picture whose coverage and depth follow a rule of the pixel's centre; alpha 0 where the rule says nothing. */
export function viewOf(
  width: number,
  height: number,
  rule: (x: number, y: number) => { alpha?: number; depth: number } | undefined,
  more: Partial<LiftView> = {},
): LiftView {
  const image = { width, height, data: new Uint8ClampedArray(4 * width * height) };
  const depth = { width, height, data: new Float32Array(width * height) };
  for (let i = 0; i < width * height; i++) {
    const pixel = rule((i % width) + 0.5, Math.floor(i / width) + 0.5);
    if (!pixel) continue;
    image.data[4 * i + 3] = 255 * (pixel.alpha ?? 1);
    depth.data[i] = pixel.depth;
  }
  return { image, depth, focal: 9.21, frameHeight: 0.3, ...more };
}

/** A ball about the pivot; `radius` in pixels at the pivot, soft at its edge. */
export function ball(size: number, radius: number, more: Partial<LiftView> = {}): LiftView {
  // The camera's distance in pixels: a sight line meets the ball where t²·r² + (1 − t)²·far² = radius².
  const far = (size / 2) * (more.focal ?? 9.21);
  const outline = (far * radius) / Math.sqrt(far ** 2 - radius ** 2);
  return viewOf(
    size,
    size,
    (x, y) => {
      const r = Math.hypot(x - size / 2, y - size / 2);
      if (r > outline + 0.5) return undefined;
      const sum = r ** 2 + far ** 2;
      const root = Math.sqrt(Math.max(0, far ** 4 - sum * (far ** 2 - radius ** 2)));
      return { alpha: Math.min(1, outline + 0.5 - r), depth: (far ** 2 - root) / sum };
    },
    more,
  );
}

/** Evenly spread in 0..1, the same on every machine (Numerical Recipes' generator). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Adds Gaussian noise to the depth that there is. */
export function noisy<View extends Pick<LiftView, 'depth'>>(view: View, deviation: number, seed = 1): View {
  const random = randomNumbers(seed);
  const data = view.depth.data.map((value) =>
    value > 0
      ? value + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      : value,
  );
  return { ...view, depth: { ...view.depth, data } };
}
