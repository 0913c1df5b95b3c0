/** A solid that is no head: a box with a knob on its face and a lid, painted, seen from known angles by sphere tracing. */
import { subjectToCamera } from '@turnaround/plugin/asset';
import { FOCAL } from '../../../../generator/src/calibration/config.ts';
import type { RgbaImage } from '../../../../generator/src/impostor/index.ts';

export interface SolidView {
  /** Opaque, before the backdrop. */
  readonly image: RgbaImage;
  /** [S,S], share of each pixel that shows the solid. */
  readonly mask: Float32Array;
  /** [S,S], distance along the optical axis, the pivot at 1; 0 where there is no solid. */
  readonly depth: Float32Array;
  /** Radians. */
  readonly yaw: number;
}

export interface SolidOptions {
  readonly side: number;
  readonly backdrop: readonly [number, number, number];
  /** Whether paint and knob are their own mirror image. */
  readonly symmetric: boolean;
}

export const SOLID_DEFAULTS: SolidOptions = { side: 64, backdrop: [110, 140, 120], symmetric: false };

/** Samples along a pixel's side. */
const SAMPLES = 2;

type Point = readonly [number, number, number];

/** Half-sides of the box, and the radius that its edges are rounded by; units of the camera's distance. */
const BOX: Point = [0.048, 0.05, 0.036];
const ROUND = 0.008;

const sphere = ([x, y, z]: Point, [a, b, c]: Point, radius: number): number =>
  Math.hypot(x - a, y - b, z - c) - radius;

/** Distance from the solid's surface, at least about. */
function distance(p: Point, symmetric: boolean): number {
  const q = p.map((x, i) => Math.abs(x) - BOX[i]!);
  const box =
    Math.hypot(...q.map((x) => Math.max(x, 0))) + Math.min(0, Math.max(q[0]!, q[1]!, q[2]!)) - ROUND;
  const knob = sphere(p, [symmetric ? 0 : 0.018, -0.01, 0.05], 0.024);
  return Math.min(box, knob, sphere(p, [0, 0.062, 0], 0.03));
}

/** Paint at a point of the surface, −1..1 a channel: waves of a tenth to a quarter of the solid's width. */
function paint([x, y, z]: Point, symmetric: boolean): number[] {
  const across = symmetric ? Math.abs(x) : x;
  return [
    Math.sin(190 * across + 60 * y) + Math.sin(310 * z),
    Math.cos(150 * y - 120 * z) + Math.sin(260 * across + 1),
    Math.sin(170 * z + 140 * across) + Math.cos(330 * y),
  ].map((wave) => wave / 2);
}

/** Where the ray through (right, up) in half-widths meets the solid: depth and the point in the solid's axes. */
function trace(axes: readonly Point[], right: number, up: number, symmetric: boolean) {
  const toSolid = (p: Point) =>
    [0, 1, 2].map((i) => axes[0]![i]! * p[0] + axes[1]![i]! * p[1] + axes[2]![i]! * p[2]) as [
      number,
      number,
      number,
    ];
  const along = toSolid([right / FOCAL, up / FOCAL, -1]);
  const camera = toSolid([0, 0, 1]);
  let depth = 0.88;
  for (let step = 0; step < 48 && depth < 1.12; step++) {
    const point = camera.map((x, i) => x + depth * along[i]!) as [number, number, number];
    const far = distance(point, symmetric);
    if (far < 2e-4) return { depth, point };
    depth += far / 1.02;
  }
  return null;
}

/** The solid turned by a yaw. */
export function solidView(yaw: number, options: Partial<SolidOptions> = {}): SolidView {
  const { side, backdrop, symmetric } = { ...SOLID_DEFAULTS, ...options };
  const axes = subjectToCamera(yaw);
  const data = new Uint8ClampedArray(4 * side * side);
  const mask = new Float32Array(side * side);
  const depth = new Float32Array(side * side);
  for (let i = 0; i < side * side; i++) {
    const colour = [0, 0, 0];
    let hits = 0;
    for (let s = 0; s < SAMPLES ** 2; s++) {
      const place = (pixel: number, sample: number) => (2 * (pixel + (sample + 0.5) / SAMPLES)) / side - 1;
      const right = place(i % side, s % SAMPLES);
      const up = -place(Math.floor(i / side), Math.floor(s / SAMPLES));
      const hit = trace(axes, right, up, symmetric);
      const seen = hit ? paint(hit.point, symmetric).map((wave) => 127.5 + 115 * wave) : backdrop;
      for (let c = 0; c < 3; c++) colour[c]! += seen[c]! / SAMPLES ** 2;
      if (!hit) continue;
      hits++;
      depth[i]! += hit.depth;
    }
    data.set([...colour, 255], 4 * i);
    mask[i] = hits / SAMPLES ** 2;
    depth[i] = hits > 0 ? depth[i]! / hits : 0;
  }
  return { image: { width: side, height: side, data }, mask, depth, yaw };
}

/** Yaws of a turn by uneven steps, in radians: steps of 3° to 11°, in no pattern. */
export function unevenYaws(from: number, views: number): number[] {
  const yaws = [from];
  for (let k = 1; k < views; k++)
    yaws.push(yaws[k - 1]! + ((3 + 8 * ((k * 0.618034 * 7) % 1)) * Math.PI) / 180);
  return yaws;
}
