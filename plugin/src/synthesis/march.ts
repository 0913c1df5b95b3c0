/**
 * Views between stored views. The stored depths are height fields over their cameras; what lies behind the surface of
 * every one of them is solid. A ray of the target's camera is marched to where it enters that solid, and takes the colour
 * that the stored views saw there. The shaders do the same; this is what they are held to.
 */
import { type Colour, colourAt } from './sample.ts';
import type { StoredView } from './stored-view.ts';
import { type TargetCamera, ViewRay } from './view-ray.ts';

/** A stored view that takes part, with its share by angle. */
export interface WeightedView {
  readonly view: StoredView;
  readonly weight: number;
}

export interface MarchOptions {
  /** Places along a ray at which the solid is asked for. */
  readonly steps: number;
  /** Steps of false position that follow a crossing. */
  readonly refinements: number;
  /** How far before and behind the pivot subjects reach, in units of the stored cameras' distance. */
  readonly reach: number;
}

export const MARCH_DEFAULTS: MarchOptions = { steps: 24, refinements: 3, reach: 0.12 };

/** From what a portrait deserves to what a crowd can do with. */
export type MarchQuality = 'high' | 'medium' | 'low';

export const MARCH_QUALITIES: Readonly<Record<MarchQuality, MarchOptions>> = {
  high: MARCH_DEFAULTS,
  medium: { ...MARCH_DEFAULTS, steps: 14, refinements: 2 },
  low: { ...MARCH_DEFAULTS, steps: 9, refinements: 1 },
};

/**
 * The picture that a camera sees.
 * @param views  those that bracket the angle
 * @param size   pixels of a side
 * @returns f32 [size,size,4], sRGB 0..1, premultiplied
 */
export function synthesizeView(
  views: readonly WeightedView[],
  camera: TargetCamera,
  size: number,
  options: MarchOptions = MARCH_DEFAULTS,
): Float32Array {
  const rays = views.map(({ view, weight }) => new ViewRay(view, weight, camera));
  const out = new Float32Array(4 * size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const u = (2 * (x + 0.5)) / size - 1;
      const v = 1 - (2 * (y + 0.5)) / size;
      const ray = new Ray(rays, u / camera.focal, v / camera.focal, 2 / (size * camera.focal));
      out.set(marchRay(ray, camera.distance, options), 4 * (y * size + x));
    }
  return out;
}

/** The solid along one ray of the target's camera. */
class Ray {
  readonly views: readonly ViewRay[];
  private readonly u: number;
  private readonly v: number;
  /** Of the target, in the unit of u and v. */
  readonly pixel: number;

  constructor(views: readonly ViewRay[], u: number, v: number, pixel: number) {
    [this.views, this.u, this.v, this.pixel] = [views, u, v, pixel];
    this.aim(0, 0);
  }

  /** How deep a point lies within the solid; below 0 outside. */
  inside(along: number): number {
    let least = Number.POSITIVE_INFINITY;
    let framed = Number.NEGATIVE_INFINITY;
    for (const view of this.views) {
      least = Math.min(least, view.inside(along));
      framed = Math.max(framed, view.framed());
    }
    return Math.min(least, framed);
  }

  /**
   * How much of the pixel a rim covers that it grazes: its distance from the pixel's middle is f ÷ |∇f|. The gradient is
   * taken towards the subject, for on the other side a background may begin.
   * @param depth f at the top of the graze
   */
  coverage(along: number, depth: number): number {
    const beside = (across: number, down: number): number => {
      this.aim(across, down);
      return this.inside(along);
    };
    const across = Math.max(beside(0.5, 0), beside(-0.5, 0));
    const down = Math.max(beside(0, 0.5), beside(0, -0.5));
    this.aim(0, 0);
    const slope = 2 * Math.hypot(Math.max(0, across - depth), Math.max(0, down - depth));
    return Math.min(1, Math.max(0, 0.5 + depth / Math.min(STEEPEST, Math.max(slope, 1e-9))));
  }

  private aim(across: number, down: number): void {
    for (const view of this.views) view.aim(this.u + across * this.pixel, this.v - down * this.pixel);
  }
}

/** The most that f changes from pixel to pixel on one surface: more is another surface's edge. */
const STEEPEST = 0.02;

/** Layers that a ray gathers before it ends: a rim and what lies behind it. */
const LAYERS = 2;

/** A ray that is as opaque as this has ended: a step of 8-bit colour is left. */
const OPAQUE = 1 - 1 / 256;

/** f at the top of a graze that may lie within a pixel of its edge. */
const GRAZING = 0.02;

/** Front to back: each entry into the solid is a layer, and so is each graze that covers some of the pixel. */
function marchRay(ray: Ray, distance: number, { steps, refinements, reach }: MarchOptions): Colour {
  const out: Colour = [0, 0, 0, 0];
  const stride = (2 * reach) / (steps - 1);
  const place = (k: number): number => distance - reach + k * stride;
  let layers = 0;
  let [before, last] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k <= steps && layers < LAYERS && out[3] < OPAQUE; k++) {
    const here = k < steps ? ray.inside(place(k)) : Number.NEGATIVE_INFINITY;
    let [along, share] = [0, 0];
    if (before < 0 && last >= before && last > here && Math.abs(last) < GRAZING) {
      const top = summit(ray, place(k - 1), last, stride);
      [along, share] = [top.along, ray.coverage(top.along, top.depth)];
    } else if (before < 0 && last >= 0) {
      [along, share] = [crossing(ray, place(k - 2), before, place(k - 1), last, refinements), 1];
    }
    if (share > 0) {
      const colour = shade(ray, along);
      const left = (1 - out[3]) * share;
      for (let c = 0; c < 4; c++) out[c] = out[c]! + left * colour[c]!;
      if (colour[3] > 0) layers++;
    }
    [before, last] = [last, here];
  }
  return out;
}

/** Where f goes through 0, by false position. @param low f at `from`, below 0; @param high f at `to` */
function crossing(
  ray: Ray,
  from: number,
  low: number,
  to: number,
  high: number,
  refinements: number,
): number {
  let [a, fa, b, fb] = [from, Number.isFinite(low) ? low : -high, to, high];
  const meet = (): number => (fb > fa ? a - (fa * (b - a)) / (fb - fa) : b);
  for (let k = 0; k < refinements; k++) {
    const place = meet();
    const f = ray.inside(place);
    if (f < 0) [a, fa] = [place, f];
    else [b, fb] = [place, f];
  }
  return meet();
}

/** The greatest f within a stride of a place, by golden section: where two views' surfaces meet it has a corner. */
function summit(ray: Ray, middle: number, there: number, stride: number): { along: number; depth: number } {
  let [from, to] = [middle - stride, middle + stride];
  let [along, depth] = [middle, there];
  for (let k = 0; k < SUMMIT_STEPS; k++) {
    const right = to - along > along - from;
    const next = along + GOLDEN * ((right ? to : from) - along);
    const f = ray.inside(next);
    const [outer, inner] = f > depth ? [along, next] : [next, along];
    // The better of the two is the new middle; the other one bounds it.
    if (right === f > depth) from = outer;
    else to = outer;
    along = inner;
    depth = Math.max(depth, f);
  }
  return { along, depth };
}
const SUMMIT_STEPS = 6;
const GOLDEN = (3 - Math.sqrt(5)) / 2;

/** A quarter of a decimetre for a camera at 14: how far behind a view's surface a point lies for its weight to fall to 1/e. */
const VISIBILITY = 0.25 / 14;

/** By which alpha is sharpened about a half: it was read between pixels twice. */
const SHARPENED = 1.25;

/**
 * How far behind what every view sees a point may lie that is drawn, and that is drawn faintly. A surface that some view saw
 * lies behind nothing; what lies deeper is the wall behind a silhouette, which cameras above or below the stored ones see,
 * and whose colour nobody knows.
 */
const [UNSEEN, FADED] = [0.02, 0.05];

/** What the views saw at a point: by angle, and the less the deeper it lies behind what they see there. */
function shade({ views, pixel }: Ray, along: number): Colour {
  const out: Colour = [0, 0, 0, 0];
  let total = 0;
  let least = FADED;
  for (const view of views) {
    const gap = Math.max(0, view.behind(along));
    least = Math.min(least, gap);
    const weight = view.weight * Math.exp(-gap / VISIBILITY) + 1e-6;
    const { width, focal } = view.view;
    const colour = colourAt(view.view, view.x, view.y, (along * pixel * focal * width) / 2);
    for (let c = 0; c < 4; c++) out[c] = out[c]! + weight * colour[c]!;
    total += weight;
  }
  const alpha = out[3] / total;
  if (alpha <= 0) return [0, 0, 0, 0];
  const seen = Math.min(1, (FADED - least) / (FADED - UNSEEN));
  const sharp = seen * Math.min(1, Math.max(0, 0.5 + SHARPENED * (alpha - 0.5)));
  const rescaled = (c: 0 | 1 | 2): number => (out[c] / total) * (sharp / alpha);
  return [rescaled(0), rescaled(1), rescaled(2), sharp];
}
