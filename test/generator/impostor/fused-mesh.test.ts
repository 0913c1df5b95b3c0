import { beforeAll, describe, expect, it } from 'vitest';
import {
  type FusedMesh,
  fuseMesh,
  isDepth,
  MeshError,
  type SolidView,
  viewCamera,
} from '../../../generator/src/impostor/index.ts';
import { openEdges, signedVolume } from '../../../generator/src/impostor/mesh/index.ts';
import { radians } from '../../../plugin/src/asset/index.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { ballCharacter } from './depth-character.ts';
import { trueChamfer } from './fused-measures.ts';
import { facesOutwards, headHeight, shapes, silhouetteOverlap, weld } from './mesh-measures.ts';
import { drawMesh } from './mesh-raster.ts';
import { FOCAL, FRAME_HEIGHT, sweepDepth } from './mesh-sweeps.ts';

const YAWS = [-60, -45, -30, -15, 0, 15, 30, 45, 60];

/** With colours that stay where they are on the ball: red by x, green by y, blue by z. */
function painted(view: SolidView, focal: number): SolidView {
  const { width, height } = view.image;
  const camera = viewCamera(view, { width, height, focal });
  const data = Uint8ClampedArray.from(view.image.data);
  for (let i = 0; i < width * height; i++) {
    const depth = view.depth.data[i]!;
    if (!isDepth(depth)) continue;
    const at = camera.unproject((i % width) + 0.5, Math.floor(i / width) + 0.5, depth);
    for (let c = 0; c < 3; c++) data[4 * i + c] = 128 + 2000 * at[c]! * (9.2 / focal);
  }
  return { ...view, image: { ...view.image, data } };
}

describe('a fused ball', () => {
  const { views, focal, frame } = ballCharacter(YAWS, 64);
  const solid = views.map((view) => painted(view as SolidView, focal!));
  let mesh: FusedMesh;
  beforeAll(async () => {
    mesh = await fuseMesh(solid, { focal: focal!, frameHeight: frame[1] }, { triangles: 2000 });
  });

  it('is closed, faces outwards and keeps to its number of triangles', () => {
    expect(openEdges(weld(mesh))).toEqual([]);
    expect(signedVolume(mesh.positions, mesh.indices)).toBeGreaterThan(0);
    expect(facesOutwards(mesh)).toBeGreaterThan(0.99);
    expect(mesh.indices.length / 3).toBeLessThanOrEqual(2000);
    expect(mesh.indices.length / 3).toBeGreaterThan(1500);
  });

  it('is as large as the ball where views see it', () => {
    // Pixels at the pivot; the ball's edge is cut at whole ones.
    const pixel = frame[1] / 64;
    let [most, sum, count] = [0, 0, 0];
    for (let v = 0; v < mesh.positions.length; v += 3) {
      const [x, y, z] = [mesh.positions[v]!, mesh.positions[v + 1]!, mesh.positions[v + 2]!];
      if (z < 0) continue;
      const off = Math.abs(Math.hypot(x, y, z) / pixel - 0.38 * 64);
      most = Math.max(most, off);
      sum += off;
      count++;
    }
    expect(sum / count).toBeLessThan(0.4);
    expect(most).toBeLessThan(1.5);
  });

  it('has a back that is neither flat nor pointed', () => {
    const radius = (0.38 * frame[1]) as number;
    let back = 0;
    for (let v = 2; v < mesh.positions.length; v += 3) back = Math.min(back, mesh.positions[v]!);
    expect(-back / radius).toBeGreaterThan(0.8);
    expect(-back / radius).toBeLessThan(1.3);
  });

  it('shows the colours of the views', () => {
    const { image } = drawMesh(mesh, {
      ...{ yaw: 0, size: 64, focal: focal!, frameHeight: frame[1], texture: mesh.texture },
    });
    const wanted = solid[4]!.image;
    let [sum, count] = [0, 0];
    for (let i = 0; i < 64 * 64; i++) {
      if (image.data[4 * i + 3] === 0 || wanted.data[4 * i + 3]! < 255) continue;
      for (let c = 0; c < 3; c++) sum += (image.data[4 * i + c]! - wanted.data[4 * i + c]!) ** 2;
      count += 3;
    }
    expect(count).toBeGreaterThan(4000);
    expect(Math.sqrt(sum / count)).toBeLessThan(12);
  });

  it('says what it needs', async () => {
    const { focal: f, frameHeight } = { focal: focal!, frameHeight: frame[1] };
    await expect(fuseMesh([], { focal: f, frameHeight })).rejects.toThrow(MeshError);
    await expect(fuseMesh(solid, { focal: f, frameHeight }, { triangles: 10 })).rejects.toThrow(
      /at least 100 triangles/,
    );
    const small = { ...solid[0]!, depth: { width: 2, height: 2, data: new Float32Array(4) } };
    await expect(fuseMesh([...solid, small], { focal: f, frameHeight })).rejects.toThrow(/64×64, got 2×2/);
  });
});

describe.skipIf(!hasShared)(`a mesh fused from true depth${sharedReason}`, () => {
  // Hair over the shoulders; all sixteen: bench:mesh.
  it.each([2])(
    'of person %i is closed, near the truth, and has its outline and its colours',
    async (person) => {
      const shots = await Promise.all(YAWS.map((yaw) => sweepDepth(person, yaw)));
      const views = shots.map(({ image, depth }, k) => ({ image, depth, yaw: radians(YAWS[k]!), pitch: 0 }));
      const mesh = await fuseMesh(views, { focal: FOCAL, frameHeight: FRAME_HEIGHT }, { triangles: 8000 });
      expect(mesh.indices.length / 3).toBeLessThanOrEqual(8000);
      expect(openEdges(weld(mesh))).toEqual([]);
      expect(signedVolume(mesh.positions, mesh.indices)).toBeGreaterThan(0);
      const front = shots[4]!;
      const { there, back } = trueChamfer(mesh, shots, YAWS.map(radians));
      // The bar is 1.5 % of a head for both together.
      expect((there + back) / 2 / headHeight(front)).toBeLessThan(0.01);
      const { longest, thinnest } = shapes(mesh);
      expect(longest).toBeLessThan(0.16 * FRAME_HEIGHT);
      expect(thinnest).toBeGreaterThan(1e-3);
      for (const k of [0, 2, 4, 6, 8])
        expect(silhouetteOverlap(mesh, shots[k]!, radians(YAWS[k]!))).toBeGreaterThan(0.96);
    },
  );
});
