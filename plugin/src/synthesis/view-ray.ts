import type { Matrix3 } from '../asset/index.ts';
import { type Relief, reliefAt } from './sample.ts';
import type { StoredView } from './stored-view.ts';

/** Where a picture is taken from, in units of the stored cameras' distance from the pivot. */
export interface TargetCamera {
  /** Subject's axes to the camera's. */
  readonly rotation: Matrix3;
  /** From the pivot. */
  readonly distance: number;
  /** Half-widths. */
  readonly focal: number;
}

/**
 * How deep an alpha of 1 lies behind the contour of `CONTOUR`, where no surface is nearer. Alpha cuts a view's solid off
 * at the subject's rim: by extended depth alone, it would be fat by the pixels that depth was extended by (15°: −1.1 dB).
 */
const ALPHA_DEPTH = 0.02;
const CONTOUR = 0.1;

/**
 * A view with less than this share carves less of the solid, and with none nothing: else rims would jump where it comes
 * and goes. A turn of 120° in steps of .25°, largest change ÷ that of views 2.5° apart (person 0): 3.2 with all of it, 1.49
 * so; with the square of what is taken off 2.1, for it then goes in one frame.
 */
const CARVING = 0.47;

/** By how much a view's solid is widened at half of that share. */
const SOFT = 0.0025;

/** How much less than that share a view has: 0 to half of it 1. */
const lackOf = (weight: number): number => Math.max(0, CARVING / Math.max(weight, 1e-6) - 1);

/**
 * f for each pixel that a point lies within the picture. A picture's edge cuts shoulders off, and beyond it its outermost
 * pixels go on: solid is only what some picture shows. More than a rim's own slope, so that depth decides but for half a
 * pixel at the edge.
 */
const FRAME = 0.01;

/** A stored view along one ray of the target's camera: where the ray's points fall in it, and how deep they lie. */
export class ViewRay {
  readonly view: StoredView;
  /** Share by angle. */
  readonly weight: number;
  /** Pixels, of the last point asked for. */
  x = 0;
  y = 0;
  private readonly lack: number;
  private readonly relief: Relief = { depth: 0, alpha: 0 };
  /** Target's axes to this camera's. */
  private readonly turn: Matrix3;
  private readonly distance: number;
  // The ray's direction in this camera's axes.
  private dx = 0;
  private dy = 0;
  private dz = 0;

  constructor(view: StoredView, weight: number, camera: TargetCamera) {
    this.view = view;
    this.weight = weight;
    this.lack = lackOf(weight);
    this.turn = productWithTransposed(view.rotation, camera.rotation);
    this.distance = camera.distance;
  }

  /** Takes the target's ray (u, v, −1). */
  aim(u: number, v: number): void {
    const [a, b, c] = this.turn;
    this.dx = a[0] * u + a[1] * v - a[2];
    this.dy = b[0] * u + b[1] * v - b[2];
    this.dz = c[0] * u + c[1] * v - c[2];
  }

  /** How deep a point lies within what the view says is solid: along its axis behind its surface; below 0 outside. */
  inside(along: number): number {
    const { relief, lack } = this;
    const surface = this.behind(along);
    return SOFT * lack + Math.min(surface, ALPHA_DEPTH * (relief.alpha - CONTOUR));
  }

  /** How far the point last asked for lies within the picture, the less the smaller the view's share; below 0 outside. */
  framed(): number {
    const { view, lack } = this;
    const across = view.width / 2 - Math.abs(this.x - view.width / 2);
    const down = view.height / 2 - Math.abs(this.y - view.height / 2);
    return FRAME * (Math.min(across, down) - lack);
  }

  /** How far a point lies behind the surface, along the view's axis; below 0 in front of it. */
  behind(along: number): number {
    const { view, distance, turn, relief } = this;
    const depth = 1 - (turn[2][2] * distance + along * this.dz);
    const scale = (view.width / 2) * (view.focal / depth);
    this.x = view.width / 2 + scale * (turn[0][2] * distance + along * this.dx);
    this.y = view.height / 2 - scale * (turn[1][2] * distance + along * this.dy);
    reliefAt(view, this.x, this.y, relief);
    return depth - relief.depth;
  }
}

/** a·bᵀ */
function productWithTransposed(a: Matrix3, b: Matrix3): Matrix3 {
  const row = (i: 0 | 1 | 2) => b.map((r) => a[i][0] * r[0] + a[i][1] * r[1] + a[i][2] * r[2]);
  return [row(0), row(1), row(2)] as unknown as Matrix3;
}
