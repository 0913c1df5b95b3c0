import { describe, expect, it } from 'vitest';
import {
  LIFT_MESH_DEFAULTS,
  type LiftedMesh,
  type LiftView,
  liftMesh,
  MeshError,
  openEdges,
  signedVolume,
} from '../../../generator/src/impostor/mesh/index.ts';
import { facesOutwards, shapes, weld } from './mesh-measures.ts';
import { ball, noisy, randomNumbers, viewOf } from './mesh-shapes.ts';

const bounds = ({ positions }: LiftedMesh): { least: number[]; most: number[] } => {
  const [least, most] = [
    [9, 9, 9],
    [-9, -9, -9],
  ];
  for (const [k, value] of positions.entries()) {
    least[k % 3] = Math.min(least[k % 3]!, value);
    most[k % 3] = Math.max(most[k % 3]!, value);
  }
  return { least, most };
};

/** Of the smallest picture here, in metres. */
const HALF_PIXEL = 0.3 / 96 / 2;

const off = (value: number | undefined, wanted: number): number => Math.abs(value! - wanted);

const codeOf = async (view: LiftView, triangles = 4000): Promise<string> => {
  try {
    await liftMesh(view, { triangles });
  } catch (error) {
    if (error instanceof MeshError) return error.code;
    throw error;
  }
  return 'none';
};

describe('a lifted ball', () => {
  const size = 96;
  const radius = 30;
  const metres = 0.3 / size;

  it('is closed, faces outwards and keeps to its number of triangles', async () => {
    for (const triangles of [500, 2000, 4000, 8000]) {
      const mesh = await liftMesh(ball(size, radius), { triangles });
      expect(mesh.indices.length / 3).toBeLessThanOrEqual(triangles);
      expect(openEdges(weld(mesh))).toEqual([]);
      expect(signedVolume(mesh.positions, mesh.indices)).toBeGreaterThan(0);
      expect(facesOutwards(mesh)).toBeGreaterThan(0.99);
    }
  });

  it('stands about the pivot in metres, +Z towards the viewer', async () => {
    const { least, most } = bounds(await liftMesh(ball(size, radius)));
    for (const axis of [0, 1]) {
      expect(off(most[axis], radius * metres)).toBeLessThan(HALF_PIXEL);
      expect(off(least[axis], -radius * metres)).toBeLessThan(HALF_PIXEL);
    }
    expect(off(most[2], radius * metres)).toBeLessThan(HALF_PIXEL);
    // The back is a guess: as round as it is wide, or up to half as much again.
    expect(least[2]).toBeLessThan(-0.7 * radius * metres);
    expect(least[2]).toBeGreaterThan(-1.6 * radius * metres);
  });

  it('has the front where the depth says, within a fifth of a pixel on average', async () => {
    const { positions } = await liftMesh(ball(size, radius));
    const errors: number[] = [];
    for (let v = 0; v < positions.length; v += 3) {
      const [x, y, z] = [positions[v]!, positions[v + 1]!, positions[v + 2]!].map((p) => p / metres) as [
        number,
        number,
        number,
      ];
      if (z > 0.3 * radius) errors.push(Math.abs(Math.hypot(x, y, z) - radius));
    }
    expect(errors.length).toBeGreaterThan(100);
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(0.2);
  });

  it('has no needles', async () => {
    for (const triangles of [500, 4000])
      expect(shapes(await liftMesh(ball(size, radius), { triangles })).thinnest).toBeGreaterThan(0.02);
  });

  it('turns with the view that it was lifted from', async () => {
    const straight = await liftMesh(ball(64, 20));
    const turned = await liftMesh(ball(64, 20, { yaw: Math.PI / 2 }));
    // A view at yaw 90° shows the subject's left side (−X): what came towards the viewer lies there.
    const nearest = Math.max(...straight.positions.filter((_, k) => k % 3 === 2));
    expect(Math.min(...turned.positions.filter((_, k) => k % 3 === 0))).toBeCloseTo(-nearest, 5);
    const raised = await liftMesh(ball(64, 20, { pitch: Math.PI / 2 }));
    expect(Math.max(...raised.positions.filter((_, k) => k % 3 === 1))).toBeCloseTo(nearest, 5);
    expect(signedVolume(raised.positions, raised.indices)).toBeGreaterThan(0);
  });

  it('refers to its rectangle of the atlas, and to nothing beyond the silhouette', async () => {
    const texture = { width: 400, height: 200, rectangle: [100, 50, 96, 96] as const };
    const { uvs } = await liftMesh(ball(size, radius), { texture });
    for (let v = 0; v < uvs.length; v += 2) {
      const [x, y] = [uvs[v]! * 400 - 100 - size / 2, uvs[v + 1]! * 200 - 50 - size / 2];
      expect(Math.hypot(x, y)).toBeLessThan(radius + 0.6);
    }
  });

  it('shows each vertex of its front the pixel that it was seen in', async () => {
    const { positions, uvs } = await liftMesh(ball(size, radius));
    for (let v = 0; v < positions.length / 3; v++) {
      const [x, y, z] = positions.subarray(3 * v, 3 * v + 3) as unknown as [number, number, number];
      if (z < 0.04) continue;
      const depth = 1 - z / (0.15 * 9.21);
      expect(uvs[2 * v]).toBeCloseTo(0.5 + x / depth / 0.3, 4);
      expect(uvs[2 * v + 1]).toBeCloseTo(0.5 - y / depth / 0.3, 4);
    }
  });

  it('does not wear the face on its back', async () => {
    const { positions, uvs } = await liftMesh(ball(size, radius));
    for (let v = 0; v < positions.length / 3; v++)
      if (positions[3 * v + 2]! < -0.01)
        expect(Math.hypot(uvs[2 * v]! - 0.5, uvs[2 * v + 1]! - 0.5) * size).toBeGreaterThan(
          radius - 0.1 * size,
        );
  });

  it('keeps depth at a larger picture, and the picture at its own shape', async () => {
    const large = bounds(await liftMesh(ball(400, 125)));
    const small = bounds(await liftMesh(ball(100, 31.25)));
    for (const axis of [0, 1, 2]) expect(off(large.most[axis], small.most[axis]!)).toBeLessThan(HALF_PIXEL);
    const wide = viewOf(120, 60, (x, y) => (Math.hypot(x - 60, y - 30) < 20 ? { depth: 1 } : undefined));
    const { most } = bounds(await liftMesh(wide));
    expect(off(most[0], (0.3 / 60) * 20)).toBeLessThan(HALF_PIXEL);
    expect(off(most[1], (0.3 / 60) * 20)).toBeLessThan(HALF_PIXEL);
  });
});

describe('any silhouette', () => {
  /** Discs and bars, added and cut out, some out of the frame, some one pixel thin, over a speckled mask. */
  const scribble = (seed: number): LiftView => {
    const random = randomNumbers(seed);
    const [w, h] = [24 + Math.floor(70 * random()), 24 + Math.floor(70 * random())];
    const parts = Array.from({ length: 3 + Math.floor(6 * random()) }, () => ({
      ...{ x: random() * w, y: random() * h, radius: (0.03 + 0.3 * random()) * w },
      ...{ depth: 0.95 + 0.1 * random(), cut: random() < 0.3, squeeze: random() < 0.3 ? 0.15 : 1 },
    }));
    const speckles = random() < 0.5 ? 0.05 : 0;
    return viewOf(w, h, (x, y) => {
      let found: number | undefined;
      for (const part of parts)
        if (Math.hypot((x - part.x) * part.squeeze, y - part.y) < part.radius)
          found = part.cut ? undefined : Math.min(part.depth, found ?? 2);
      if (random() < speckles) found = found === undefined ? 1 : undefined;
      return found === undefined ? undefined : { depth: random() < 0.03 ? Number.NaN : found };
    });
  };

  it('gives a closed surface that faces outwards', async () => {
    let lifted = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const view = scribble(seed);
      let mesh: LiftedMesh;
      try {
        mesh = await liftMesh(view);
      } catch (error) {
        expect(error).toMatchObject({ code: 'subject' });
        continue;
      }
      lifted++;
      expect(openEdges(weld(mesh)), `seed ${seed}`).toEqual([]);
      expect(signedVolume(mesh.positions, mesh.indices)).toBeGreaterThan(0);
      expect(mesh.indices.length / 3).toBeLessThanOrEqual(LIFT_MESH_DEFAULTS.triangles);
      for (const numbers of [mesh.positions, mesh.normals, mesh.uvs])
        expect(numbers.every(Number.isFinite)).toBe(true);
    }
    expect(lifted).toBeGreaterThan(45);
  });

  it('may have holes, and keeps them', async () => {
    const ring = viewOf(80, 80, (x, y) => {
      const r = Math.hypot(x - 40, y - 40);
      return r < 30 && r > 12 ? { depth: 1 } : undefined;
    });
    const mesh = await liftMesh(ring);
    const triangles = weld(mesh);
    expect(openEdges(triangles)).toEqual([]);
    // Euler's number of a torus: V − E + F = 0, and E = 3F/2.
    expect(new Set(triangles).size - triangles.length / 6).toBe(0);
    for (let v = 0; v < mesh.positions.length; v += 3)
      expect(Math.hypot(mesh.positions[v]!, mesh.positions[v + 1]!)).toBeGreaterThan((11 * 0.3) / 80);
  });

  it('is cut off level where it leaves the frame', async () => {
    const post = viewOf(80, 80, (x, y) => (Math.abs(x - 40) < 15 && y > 20 ? { depth: 1 } : undefined));
    const mesh = await liftMesh(post);
    expect(openEdges(weld(mesh))).toEqual([]);
    const { least } = bounds(mesh);
    expect(least[1]).toBeCloseTo(-0.15, 3);
    const whole = viewOf(40, 40, () => ({ depth: 1 }));
    expect(openEdges(weld(await liftMesh(whole)))).toEqual([]);
  });
});

describe('bad depth', () => {
  it('grows no spikes from noise', async () => {
    const { least, most } = bounds(await liftMesh(noisy(ball(96, 30), 0.01)));
    const metres = 0.3 / 96;
    // Noise of 0.01 is 4.4 pixels here; what is left is less than that at any one point.
    expect(most[2]).toBeLessThan(34 * metres);
    expect(Math.max(most[0]!, most[1]!, -least[0]!, -least[1]!)).toBeLessThan(31 * metres);
  });

  it('takes a backdrop in the rim for what it is, and fills holes', async () => {
    const clean = ball(96, 30);
    const spoilt = { ...clean, depth: { ...clean.depth, data: clean.depth.data.slice() } };
    for (let i = 0; i < 96 * 96; i++) {
      const r = Math.hypot((i % 96) + 0.5 - 48, Math.floor(i / 96) + 0.5 - 48);
      if (r > 28.5) spoilt.depth.data[i] = 3;
      if (Math.hypot((i % 96) - 40, Math.floor(i / 96) - 44) < 6) spoilt.depth.data[i] = 0;
    }
    spoilt.depth.data[50 * 96 + 60] = 0.5;
    const [a, b] = [bounds(await liftMesh(clean)), bounds(await liftMesh(spoilt))];
    for (const axis of [0, 1, 2]) expect(off(b.most[axis], a.most[axis]!)).toBeLessThan(HALF_PIXEL);
    expect(b.least[2]).toBeGreaterThan(a.least[2]! - 0.02);
  });

  it('is refused with a reason where there is nothing to lift', async () => {
    const flat = ball(40, 12);
    expect(await codeOf(viewOf(40, 40, () => undefined))).toBe('subject');
    expect(await codeOf({ ...flat, depth: { ...flat.depth, data: new Float32Array(1600) } })).toBe('subject');
    expect(await codeOf({ ...flat, depth: { width: 20, height: 80, data: flat.depth.data } })).toBe('size');
    expect(await codeOf({ ...flat, focal: 0 })).toBe('size');
    expect(await codeOf(flat, 3)).toBe('triangles');
  });
});
