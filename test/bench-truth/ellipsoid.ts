/** A textured ellipsoid, ray-traced: a subject whose depth, mask and yaw are known without any data. */
import { subjectToCamera } from '@turnaround/plugin/asset';
import { FOCAL } from '../bench/truth/pictures.ts';
import type { Sweep, SweepSource, SweepView } from '../bench/truth/sweeps.ts';

/** Samples along a pixel's side, where nobody asks for fewer. */
const SAMPLES = 3;
const BACKDROP = 0.18;

/** Half-axes in units of the camera's distance; about a head's. */
const halfAxes = (subject: number) => [0.062 + 0.004 * Math.cos(subject), 0.085, 0.075] as const;

/** The ellipsoid seen at a yaw and pitch (radians): colours, coverage and depth at R × R. */
export function ellipsoidView(
  subject: number,
  yaw: number,
  resolution: number,
  samples: number = SAMPLES,
  pitch = 0,
): SweepView {
  const [a, b, c] = halfAxes(subject);
  const axes = subjectToCamera(yaw, pitch);
  const size = resolution ** 2;
  const data = new Float32Array(3 * size);
  const mask = new Float32Array(size);
  const depth = new Float32Array(size);
  const share = 1 / samples ** 2;
  for (let k = 0; k < size; k++) {
    let hits = 0;
    for (let s = 0; s < samples ** 2; s++) {
      const u = ((k % resolution) + ((s % samples) + 0.5) / samples) / (resolution / 2) - 1;
      const v =
        (Math.floor(k / resolution) + (Math.floor(s / samples) + 0.5) / samples) / (resolution / 2) - 1;
      // Camera space about the pivot: (u·d/f, −v·d/f, 1 − d). In the subject's axes the ray is from + d·along.
      const subjectAxes = (p: readonly [number, number, number]) =>
        [0, 1, 2].map((i) => axes[0][i]! * p[0] + axes[1][i]! * p[1] + axes[2][i]! * p[2]);
      const from = subjectAxes([0, 0, 1]);
      const along = subjectAxes([u / FOCAL, -v / FOCAL, -1]);
      const scaled = (p: readonly number[]) => [p[0]! / a, p[1]! / b, p[2]! / c];
      const dot = (p: readonly number[], q: readonly number[]) =>
        p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]!;
      const [o, w] = [scaled(from), scaled(along)];
      const [qa, qb, qc] = [dot(w, w), dot(o, w), dot(o, o) - 1];
      const root = qb * qb - qa * qc;
      const distance = root > 0 ? (-qb - Math.sqrt(root)) / qa : 0;
      const [x, y, z] = from.map((value, i) => value + distance * along[i]!) as [number, number, number];
      const waves = [Math.sin(130 * x + subject), Math.cos(110 * y - 60 * z), Math.sin(90 * z + 70 * x)];
      for (let channel = 0; channel < 3; channel++)
        data[channel * size + k]! += share * (root > 0 ? 0.6 * waves[channel]! : BACKDROP);
      if (root > 0) {
        hits++;
        depth[k]! += distance;
      }
    }
    mask[k] = hits * share;
    depth[k] = hits > 0 ? depth[k]! / hits : 0;
  }
  return { image: { width: resolution, height: resolution, data }, mask, depth, yaw };
}

/** Ellipsoids from −60° to 60°. */
export function ellipsoids(subjects: number, views: number, resolution: number): SweepSource {
  const sweeps: Sweep[] = Array.from({ length: subjects }, (_, subject) => ({
    subject,
    views: Array.from({ length: views }, (_, k) =>
      ellipsoidView(subject, ((k / (views - 1)) * 2 - 1) * (Math.PI / 3), resolution),
    ),
  }));
  return {
    subjects: sweeps.map(({ subject }) => subject),
    resolution,
    async load(subject) {
      return sweeps[subject]!;
    },
  };
}
