/** What others do between stored views: the nearest one, a cross-fade, one parallax step. Premultiplied [S,S,4]. */
import { subjectToCamera } from '@turnaround/plugin/asset';
import type { StoredView } from '../../../plugin/src/synthesis/index.ts';
import { type Colour, colourAt } from '../../../plugin/src/synthesis/sample.ts';
import { ViewRay } from '../../../plugin/src/synthesis/view-ray.ts';
import { FOCAL } from './pictures.ts';

export interface Pair {
  readonly low: StoredView;
  readonly high: StoredView;
  /** Of the upper one. */
  readonly weight: number;
  /** Radians. */
  readonly yaw: number;
}

export type ViewPeer = (pair: Pair) => Float32Array;

const nearest: ViewPeer = ({ low, high, weight }) => (weight < 0.5 ? low : high).colour;

/** What octahedral impostors do. */
const crossFade: ViewPeer = ({ low, high, weight }) =>
  low.colour.map((value, k) => (1 - weight) * value + weight * high.colour[k]!);

/** Each view is read where the ray meets the depth that the view has where the ray meets the pivot's plane; then faded. */
const parallaxStep: ViewPeer = ({ low, high, weight, yaw }) => {
  const camera = { rotation: subjectToCamera(yaw), distance: 1, focal: FOCAL };
  const rays = [new ViewRay(low, 1 - weight, camera), new ViewRay(high, weight, camera)];
  const { width, height } = low;
  const out = new Float32Array(4 * width * height);
  for (let k = 0; k < width * height; k++) {
    const u = (2 * ((k % width) + 0.5)) / width - 1;
    const v = 1 - (2 * (Math.floor(k / width) + 0.5)) / height;
    for (const ray of rays) {
      ray.aim(u / FOCAL, v / FOCAL);
      // Depth along the view's axis grows by nearly as much as the way along the ray; before a backdrop there is no step.
      const gap = ray.behind(1);
      ray.behind(gap > -BACKDROP ? 1 - gap : 1);
      const colour: Colour = colourAt(ray.view, ray.x, ray.y);
      for (let c = 0; c < 4; c++) out[4 * k + c] = out[4 * k + c]! + ray.weight * colour[c]!;
    }
  }
  return out;
};
const BACKDROP = 0.5;

export const VIEW_PEERS: Readonly<Record<string, ViewPeer>> = { nearest, crossFade, parallaxStep };
