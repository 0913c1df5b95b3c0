import type { RgbaImage } from '../../impostor/index.ts';

/** Depth across which the colours run, about the pivot; beyond it they are held. */
const SPAN = 0.14;

/** From near to far: warm and light to cool and dark (after ColorBrewer's RdYlBu). */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [253, 219, 144],
  [246, 152, 96],
  [206, 92, 96],
  [122, 82, 134],
  [62, 74, 130],
];

/** Light from the upper left, towards the viewer. */
const LIGHT = [-0.45, 0.55, 0.7] as const;

/** Steepness of the relief that is drawn: true relief would look flat at this size. */
const STEEPNESS = 1.5;

/**
 * Depth as a person can judge it: colours for near and far, shaded as a relief. Transparent where there is no
 * subject.
 * @param depth f32 [S,S], pivot at 1
 * @param mask  f32 [S,S], 0..1
 * @param focal half-widths: slopes are true
 */
export function reliefPicture(
  depth: Float32Array,
  mask: Float32Array,
  side: number,
  focal: number,
): RgbaImage {
  const data = new Uint8ClampedArray(4 * side * side);
  // Two pixels' width at the pivot.
  const across = (2 * 2) / side / focal;
  const at = (x: number, y: number): number =>
    depth[Math.min(side - 1, Math.max(0, y)) * side + Math.min(side - 1, Math.max(0, x))]!;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const k = y * side + x;
      const right = (STEEPNESS * (at(x + 1, y) - at(x - 1, y))) / across;
      const down = (STEEPNESS * (at(x, y + 1) - at(x, y - 1))) / across;
      // Nearer is up: the surface's normal leans to where depth grows.
      const length = Math.hypot(right, down, 1);
      const light = (LIGHT[0] * right - LIGHT[1] * down + LIGHT[2]) / length;
      const colour = colourOf((depth[k]! - (1 - SPAN / 2)) / SPAN);
      const shade = 0.45 + 0.75 * Math.max(0, light);
      for (let c = 0; c < 3; c++) data[4 * k + c] = shade * colour[c]!;
      data[4 * k + 3] = 255 * mask[k]!;
    }
  return { width: side, height: side, data };
}

/** @param place 0 (near) .. 1 (far), held beyond */
function colourOf(place: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, place)) * (COLOURS.length - 1);
  const below = Math.min(COLOURS.length - 2, Math.floor(at));
  const [a, b] = [COLOURS[below]!, COLOURS[below + 1]!];
  return [0, 1, 2].map((c) => a[c]! + (at - below) * (b[c]! - a[c]!)) as [number, number, number];
}
