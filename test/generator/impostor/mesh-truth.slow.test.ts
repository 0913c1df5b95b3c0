import { beforeAll, describe, expect, it } from 'vitest';
import {
  LIFT_MESH_DEFAULTS,
  type LiftedMesh,
  liftMesh,
  openEdges,
  signedVolume,
} from '../../../generator/src/impostor/mesh/index.ts';
import { radians } from '../../../plugin/src/asset/index.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import {
  facesOutwards,
  frontSamples,
  headHeight,
  meanNearest,
  samples,
  shapes,
  silhouetteOverlap,
  truePoints,
  weld,
} from './mesh-measures.ts';
import { drawMesh } from './mesh-raster.ts';
import { noisy } from './mesh-shapes.ts';
import { FOCAL, FRAME_HEIGHT, type SweepDepth, sweepDepth } from './mesh-sweeps.ts';

const camera = { focal: FOCAL, frameHeight: FRAME_HEIGHT };

const lift = (view: SweepDepth, triangles = LIFT_MESH_DEFAULTS.triangles): Promise<LiftedMesh> =>
  liftMesh({ ...view, ...camera }, { triangles });

/** Farthest that a vertex lies outside the true points' box, as a share of that side. The box has no back. */
function overshoot({ positions }: LiftedMesh, view: SweepDepth): number {
  const points = truePoints(view);
  let most = 0;
  for (const axis of [0, 1, 2] as const) {
    const values = points.map((p) => p[axis]);
    const [least, largest] = [Math.min(...values), Math.max(...values)];
    for (let k = axis; k < positions.length; k += 3)
      most = Math.max(
        most,
        (positions[k]! - largest) / (largest - least),
        axis === 2 ? 0 : (least - positions[k]!) / (largest - least),
      );
  }
  return most;
}

/** Root mean square difference of the colours, 0..255, over pixels that the mask covers wholly. */
function colourError(mesh: LiftedMesh, view: SweepDepth): number {
  const size = view.image.width;
  const { image } = drawMesh(mesh, { yaw: 0, size, ...camera, texture: view.image });
  let [sum, count] = [0, 0];
  for (const [i, m] of view.mask.entries()) {
    if (m < 1 || image.data[4 * i + 3] === 0) continue;
    for (let c = 0; c < 3; c++) sum += (image.data[4 * i + c]! - view.image.data[4 * i + c]!) ** 2;
    count += 3;
  }
  return Math.sqrt(sum / count);
}

/**
 * An edge is a chord of the head, whose radius is about 75 mm: of this length it cuts 4 mm deep. Only the smooth back has
 * such; a spike would be longer, and thinner than the needles below.
 */
const LONGEST = 0.16 * FRAME_HEIGHT;

describe.skipIf(!hasShared)(`a mesh from true depth${sharedReason}`, () => {
  // Short hair with a jagged edge, hair over the shoulders, a fringe that stands off, an open mouth.
  describe.each([3, 2, 12, 8])('of person %i', (subject) => {
    let view: SweepDepth;
    let mesh: LiftedMesh;
    beforeAll(async () => {
      view = await sweepDepth(subject, 0);
      mesh = await lift(view);
    });

    it('is closed, faces outwards and keeps to 4,000 triangles', () => {
      expect(openEdges(weld(mesh))).toEqual([]);
      expect(signedVolume(mesh.positions, mesh.indices)).toBeGreaterThan(0);
      expect(facesOutwards(mesh)).toBeGreaterThan(0.98);
      expect(mesh.indices.length / 3).toBeLessThanOrEqual(4000);
    });

    it('lies within 1 % of the head on the true points', () => {
      const points = truePoints(view);
      const height = headHeight(view);
      const there = meanNearest(points, samples(mesh, 0.0015), 0.003) / height;
      const back = meanNearest(frontSamples(mesh, 0.0015), points, 0.003) / height;
      // Half the pixels' spacing is 0.5 % by itself on the way back.
      expect(there).toBeLessThan(0.003);
      expect((there + back) / 2).toBeLessThan(0.01);
    });

    it('has no spikes and no needles', () => {
      const { longest, thinnest } = shapes(mesh);
      expect(longest).toBeLessThan(LONGEST);
      expect(thinnest).toBeGreaterThan(0.02);
      expect(overshoot(mesh, view)).toBeLessThan(0.02);
    });

    it('has the silhouette of the view, and shows its pixels', () => {
      expect(silhouetteOverlap(mesh, view)).toBeGreaterThan(0.985);
      expect(colourError(mesh, view)).toBeLessThan(3);
    });
  });

  it('keeps all this at 2,000 and 8,000 triangles', async () => {
    const view = await sweepDepth(5, 0);
    const points = truePoints(view);
    for (const triangles of [2000, 8000]) {
      const mesh = await lift(view, triangles);
      expect(mesh.indices.length / 3).toBeLessThanOrEqual(triangles);
      expect(openEdges(weld(mesh))).toEqual([]);
      expect(silhouetteOverlap(mesh, view)).toBeGreaterThan(0.985);
      expect(meanNearest(points, samples(mesh, 0.0015), 0.003) / headHeight(view)).toBeLessThan(0.004);
      expect(overshoot(mesh, view)).toBeLessThan(0.02);
    }
  });

  it('survives noise of a tenth of the head and missing patches', async () => {
    const view = await sweepDepth(4, 0);
    const spoilt = noisy(view, 0.01);
    for (let i = 0; i < spoilt.depth.data.length; i++) {
      const [x, y] = [i % 128, Math.floor(i / 128)];
      if (Math.hypot(x - 64, y - 70) < 6 || Math.hypot(x - 50, y - 40) < 5) spoilt.depth.data[i] = 0;
    }
    const mesh = await lift(spoilt);
    expect(openEdges(weld(mesh))).toEqual([]);
    expect(overshoot(mesh, view)).toBeLessThan(0.02);
    expect(shapes(mesh).longest).toBeLessThan(LONGEST);
    expect(shapes(mesh).thinnest).toBeGreaterThan(0.02);
    expect(silhouetteOverlap(mesh, view)).toBeGreaterThan(0.985);
    expect(meanNearest(truePoints(view), samples(mesh, 0.0015), 0.003) / headHeight(view)).toBeLessThan(
      0.015,
    );
  });

  it('from a turned view has the silhouette of that view, and nearly that of the frontal one', async () => {
    const [turned, frontal] = [await sweepDepth(0, 20), await sweepDepth(0, 0)];
    const mesh = await liftMesh({ ...turned, ...camera, yaw: radians(20) });
    expect(silhouetteOverlap(mesh, turned, radians(20))).toBeGreaterThan(0.985);
    expect(silhouetteOverlap(mesh, frontal)).toBeGreaterThan(0.94);
  });

  it('is solid from the sides: its outline at 40° is nearly the true one', async () => {
    for (const subject of [0, 9]) {
      const mesh = await lift(await sweepDepth(subject, 0));
      for (const yaw of [-40, 40])
        expect(silhouetteOverlap(mesh, await sweepDepth(subject, yaw), radians(yaw))).toBeGreaterThan(0.92);
    }
  });
});
