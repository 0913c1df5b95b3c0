import { seedToLatent } from '@turnaround/plugin/asset';
import type { DirectionInput } from '../../../generator/src/gan/direction/index.ts';
import { computePca } from '../../../generator/src/gan/latents/index.ts';

/**
 * A generator whose latents are understood: heads as ellipsoids that truly turn with one coordinate of W, are lit from
 * the side with another, and grow with a third; the rest is who they are. What each does is given by `ToyStrengths`.
 */

/** Pixels a side. */
export const SIDE = 32;
/** Coordinates of W, widest first; PCA finds them in this order. */
export const LIGHT = 0;
export const TURN = 1;
export const SCALE = 2;
export const DIM = 8;
export const LAYERS = 4;
export const DEVIATIONS = [4, 3, 2.2, 1, 0.9, 0.8, 0.7, 0.6] as const;

/** Change a standard deviation. */
export interface ToyStrengths {
  /** Share of brightness that goes from one side to the other. */
  readonly light: number;
  /** Degrees, positive: to the viewer's right. */
  readonly turn: number;
  /** Share of the size. */
  readonly scale: number;
}

interface Head extends ToyStrengths {
  /** Standard normal numbers: who it is. */
  readonly person: readonly number[];
}

/** The generator as the search sees it. W's axes are those of `DEVIATIONS`; tokens 0 and 1 draw, the others do nothing. */
export function toyInput(strengths: ToyStrengths): DirectionInput {
  const deviation = (i: number): number => DEVIATIONS[i % DIM]!;
  const samples = Float32Array.from(seedToLatent(5, 2000 * DIM), (v, i) => v * deviation(i));
  return {
    synthesize: (ws, count) => {
      const pictures = new Float32Array(count * 3 * SIDE * SIDE);
      for (let n = 0; n < count; n++) {
        const tokens = ws.subarray(n * LAYERS * DIM, (n + 1) * LAYERS * DIM);
        const w = Array.from({ length: DIM }, (_, i) => (tokens[i]! + tokens[DIM + i]!) / 2 / deviation(i));
        pictures.set(
          drawHead({
            light: Math.tanh(strengths.light * w[LIGHT]!),
            turn: strengths.turn * w[TURN]!,
            scale: Math.tanh(strengths.scale * w[SCALE]!),
            person: w.slice(SCALE + 1),
          }),
          n * 3 * SIDE * SIDE,
        );
      }
      return Promise.resolve(pictures);
    },
    layers: LAYERS,
    pca: computePca(samples, DIM),
    samples,
    wAverage: new Float32Array(DIM),
    styles: [],
    trainable: null,
  };
}

/**
 * One picture, f32 [3,SIDE,SIDE], seen from far away: an ellipsoid with hair, eyes, a mouth and a mole on one cheek.
 * The light is the camera's: it does not turn with the head.
 */
export function drawHead({ light, turn, scale, person }: Head): Float32Array {
  const [hairColour = 0, hairline = 0, parting = 0, skin = 0, mole = 0] = person.map(Math.tanh);
  const size = 1 + scale;
  const [a, b, c] = [0.5 * size, 0.68 * size, 0.58 * size];
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const picture = new Float32Array(3 * SIDE * SIDE).fill(0.17);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const x = ((column + 0.5) / SIDE) * 2 - 1;
      const y = 1 - ((row + 0.5) / SIDE) * 2;
      // The front point of the ellipsoid x² / a² + y² / b² + z² / c² = 1 of the subject, turned, at this x and y.
      const p = (sin / a) ** 2 + (cos / c) ** 2;
      const q = 2 * x * cos * sin * (1 / c ** 2 - 1 / a ** 2);
      const r = x ** 2 * ((cos / a) ** 2 + (sin / c) ** 2) + (y / b) ** 2 - 1;
      const root = q * q - 4 * p * r;
      if (root < 0) continue;
      const z = (-q + Math.sqrt(root)) / (2 * p);
      // On the unit sphere of the subject's own axes.
      const [u, v, w] = [(cos * x - sin * z) / a, y / b, (sin * x + cos * z) / c];
      const spot = (atU: number, atV: number, radius: number): number =>
        w > 0 ? Math.exp(-((u - atU) ** 2 + (v - atV) ** 2) / radius ** 2) : 0;
      const hair = 1 / (1 + Math.exp(-8 * (1.2 * v - 1.6 * w - 0.1 + 0.2 * hairline + 0.25 * parting * u)));
      const dark = Math.min(
        1,
        spot(0.38, 0.15, 0.17) +
          spot(-0.38, 0.15, 0.17) +
          0.8 * spot(0, -0.5, 0.18) +
          0.8 * Math.abs(mole) * spot(0.5 * Math.sign(mole), -0.3, 0.2),
      );
      const normal = [u / a, w / c] as const;
      const length = Math.hypot(u / a, v / b, w / c);
      const [nx, nz] = [
        (cos * normal[0] + sin * normal[1]) / length,
        (cos * normal[1] - sin * normal[0]) / length,
      ];
      const shade = (0.55 + 0.45 * nz) * Math.max(0.1, 1 + light * nx);
      [0.45 + 0.2 * skin, 0.15 + 0.15 * skin, 0.1 * skin].forEach((face, channel) => {
        const hairs = [-0.5 + 0.4 * hairColour, -0.6 + 0.3 * hairColour, -0.7][channel]!;
        const colour = (face * (1 - hair) + hairs * hair) * (1 - dark) - 0.7 * dark;
        picture[(channel * SIDE + row) * SIDE + column] = (colour + 1) * shade - 1;
      });
    }
  return picture;
}
