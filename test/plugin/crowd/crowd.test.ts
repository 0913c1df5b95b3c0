import { Ray } from '@babylonjs/core/Culling/ray.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { RegisterThinInstanceMesh } from '@babylonjs/core/Meshes/thinInstanceMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { AssetError, radians, type View } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CrowdSolid } from '../../../plugin/src/crowd/crowd-solids.ts';
import { CrowdTile } from '../../../plugin/src/crowd/crowd-tile.ts';
import { DrawOrder } from '../../../plugin/src/crowd/draw-order.ts';
import { ImpostorCrowd } from '../../../plugin/src/crowd/index.ts';
import { type MemberNumbers, memberNumbers } from '../../../plugin/src/crowd/member.ts';
import { MemberTable } from '../../../plugin/src/crowd/member-table.ts';
import { packTable, viewGrid } from '../../../plugin/src/crowd/view-table.ts';
import { addImpostor, cameraAt, fanExtension, nullScene } from '../impostor/scenes.ts';

const fan = (pitch: number, ...yaws: number[]): View[] =>
  yaws.map((yaw, k) => ({
    yaw: radians(yaw),
    pitch: radians(pitch),
    rectangle: [4 * k, 0, 4, 4],
    focal: 9,
  }));

describe('the table of a crowd', () => {
  test('has a row a subject, and all that a view needs', () => {
    const views = fan(0, -10, 20);
    const extension = { ...fanExtension(undefined, [1, 2, 3]), views };
    const wide = { ...extension, views: fan(0, -10, 0, 20) };
    const { data, width, height } = packTable([
      { extension, range: { near: 0.9, far: 1.1 } },
      { extension: wide, range: { near: 0.8, far: 1.2 } },
    ]);
    expect([width, height]).toEqual([3 + 2 * 3, 2]);
    const cell = (row: number, column: number) =>
      [...data.subarray(4 * (row * width + column), 4 * (row * width + column) + 4)].map(
        (value) => Math.round(value * 1e4) / 1e4,
      );
    expect(cell(0, 0)).toEqual([2, 2, 2, 3]);
    // A focal length of 9 half-widths and a frame of 2: the stored cameras stand 9 away.
    expect(cell(0, 1)).toEqual([1, 2, 3, 9]);
    expect(cell(0, 2)).toEqual([0.9, 1.1, -0.1745, 0.3491]);
    expect(cell(0, 3)).toEqual([0, 0, 4, 4]);
    expect(cell(0, 6)).toEqual([0.3491, 0, 9, 0]);
    expect(cell(1, 0)).toEqual([3, 3, 2, 3]);
    expect(cell(1, 7)).toEqual([8, 0, 4, 4]);
  });

  test('rows of the same yaws form a grid; of others, the level one is taken', () => {
    const grid = [...fan(-10, -20, 20), ...fan(15, -20, 20)];
    expect(viewGrid(grid)).toEqual({ views: grid, columns: 2 });
    const uneven = [...fan(-10, -20, 20), ...fan(5, -20, 0, 20), ...fan(15, -20, 20)];
    expect(viewGrid(uneven)).toEqual({ views: uneven.slice(2, 5), columns: 3 });
  });
});

/** A member that stands upright at a place. */
const memberAt = (x: number, z: number): MemberNumbers =>
  memberNumbers({ row: 0, pivot: [0, 0, 0], radius: 2 }, { position: new Vector3(x, 0, z) });

describe('the order that members are drawn in', () => {
  const sorted = (depths: readonly number[]): number[] => {
    const order = new DrawOrder();
    order.clear(depths.length);
    for (const [slot, depth] of depths.entries()) order.put(slot, depth);
    order.sort();
    return [...order.slots.subarray(0, order.count)];
  };

  test('is farthest first, and of one depth as they came', () => {
    expect(sorted([3, -1, 5, 0])).toEqual([2, 0, 3, 1]);
    expect(sorted([2, 2, 2])).toEqual([0, 1, 2]);
    expect(sorted([])).toEqual([]);
  });

  test('has everyone once, and nobody before one that stands farther by more than the resolution', () => {
    const depth = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(depth, { minLength: 1, maxLength: 300 }), (depths) => {
        const order = sorted(depths);
        expect([...order].sort((a, b) => a - b)).toEqual(depths.map((_, k) => k));
        const resolution = (Math.max(...depths) - Math.min(...depths)) / 65535;
        for (const [k, slot] of order.slice(1).entries())
          expect(depths[slot]!).toBeLessThanOrEqual(depths[order[k]!]! + 1.01 * resolution + 1e-2);
      }),
    );
  });

  test('forgets the last view', () => {
    const order = new DrawOrder();
    order.clear(3);
    for (const slot of [0, 1, 2]) order.put(slot, slot);
    order.sort();
    order.clear(3);
    order.put(7, 0);
    order.sort();
    expect([order.count, order.slots[0]]).toEqual([1, 7]);
  });
});

describe('a tile', () => {
  /** Who is put in the order of a camera at a place that looks along +Z, and how deep. */
  const seen = (tile: CrowdTile, z: number): [number, number][] => {
    const listed: [number, number][] = [];
    const order = { put: (slot: number, depth: number) => listed.push([slot, depth]) };
    const toView = Matrix.LookAtLH(new Vector3(0, 0, z), new Vector3(0, 0, z + 1), Vector3.Up());
    tile.list(toView, 1, order as unknown as DrawOrder);
    return listed;
  };

  test('lists its members with their depth, and knows how far they reach', () => {
    const tile = new CrowdTile();
    const members = [3, -1, 5, 0].map((z) => memberAt(z, z));
    for (const [slot, one] of members.entries()) tile.add(one, 10 + slot);
    expect(seen(tile, -10)).toEqual([
      [10, 13],
      [11, 9],
      [12, 15],
      [13, 10],
    ]);
    tile.remove(members[2]!);
    expect(seen(tile, 0)).toEqual([
      [10, 3],
      [11, -1],
      [13, 0],
    ]);
    expect(tile.size).toBe(3);
    const { minimumWorld, maximumWorld } = tile.bounds.boundingBox;
    expect(minimumWorld.asArray()).toEqual([-3, -2, -3]);
    expect(maximumWorld.asArray()).toEqual([5, 2, 5]);
  });

  test('members are sorted by their pivots, wherever these lie', () => {
    const tile = new CrowdTile();
    const subject = { row: 0, pivot: [0, 1, 2] as const, radius: 3 };
    tile.add(memberNumbers(subject, { position: new Vector3(5, 0, 0), facing: Math.PI / 2, scale: 2 }), 0);
    // A quarter turn about +Y takes +Z to +X.
    expect(seen(tile, 0)[0]![1]).toBeCloseTo(0, 6);
    expect(memberNumbers(subject, { position: Vector3.Zero(), facing: Math.PI }).middle.z).toBeCloseTo(-2, 6);
  });
});

describe('the table of members', () => {
  test('keeps what was written where it was, however many join, and gives slots again', () => {
    const table = new MemberTable(nullScene(true));
    const cells = (value: number): Float32Array => new Float32Array(12).fill(value);
    const slots = Array.from({ length: 200 }, (_, k) => {
      const slot = table.take();
      table.write(slot, cells(k));
      return slot;
    });
    expect(slots).toEqual(Array.from({ length: 200 }, (_, k) => k));
    const texture = table.upload();
    expect(texture.getSize()).toMatchObject({ width: 3 * 64, height: 4 });
    const data = texture.getInternalTexture()!._bufferView as Float32Array;
    expect([data[12 * 5], data[12 * 199 + 11]]).toEqual([5, 199]);
    table.give(7);
    expect(table.take()).toBe(7);
    expect(table.size).toBe(200);
    expect(table.upload()).toBe(texture);
    table.dispose();
  });
});

describe.each([
  ['right', true],
  ['left', false],
])('the shapes of a crowd, in a %s-handed scene', (_, rightHanded) => {
  /** A wedge that lies on glTF's +X side of its node only. */
  const wedge = (scene: Scene): Mesh => {
    const mesh = new Mesh('wedge', scene);
    const data = new VertexData();
    data.positions = [0, 0, 0.2, 1, 0, 0.2, 1, 1, 0.2, 0, 0, -0.2, 1, 0, -0.2, 1, 1, -0.2];
    data.indices = [0, 1, 2, 3, 5, 4];
    data.applyToMesh(mesh);
    return mesh;
  };
  test('are picked as their members, on the side that they lie on, and drawn by no camera', () => {
    const scene = nullScene(rightHanded);
    RegisterThinInstanceMesh();
    const solid = new CrowdSolid('solid', scene, wedge(scene));
    scene.getMeshByName('wedge')!.dispose();
    const camera = cameraAt(scene, new Vector3(0, 0, -10));
    const members = [memberAt(0, 0), memberAt(10, 0), memberAt(20, 0)];
    for (const member of members) solid.add(member);
    solid.update();
    const side = rightHanded ? 1 : -1;
    const hit = (x: number): MemberNumbers | null => {
      const ray = new Ray(new Vector3(x, 0.3, -5), new Vector3(0, 0, 1), 20);
      return solid.memberAt(scene.pickWithRay(ray)!);
    };
    expect(hit(0.9 * side)).toBe(members[0]);
    expect(hit(-0.9 * side)).toBe(null);
    expect(hit(10 + 0.9 * side)).toBe(members[1]);
    solid.remove(members[0]!);
    solid.update();
    expect(hit(0.9 * side)).toBe(null);
    expect(hit(20 + 0.9 * side)).toBe(members[2]);
    scene.activeCamera = camera;
    scene.render();
    expect(scene.getActiveMeshes().data.slice(0, scene.getActiveMeshes().length)).not.toContain(solid.mesh);
    const plain = new Mesh('plain', scene);
    const asked = (): string[] => {
      const { data, length } = scene.getActiveMeshCandidates();
      return data.slice(0, length).map(({ name }) => name);
    };
    expect(scene.meshes).toContain(solid.mesh);
    expect(asked()).toEqual(['plain']);
    for (const member of members) solid.remove(member);
    solid.update();
    expect(solid.mesh.isEnabled()).toBe(false);
    solid.dispose();
    plain.dispose();
    expect(asked()).toEqual([]);
  });
});

test('a character whose views are blended cannot join', () => {
  const scene = nullScene(true);
  const crowd = new ImpostorCrowd(scene);
  const join = () => crowd.add(addImpostor(scene), { position: Vector3.Zero() });
  expect(join).toThrow(AssetError);
  expect(join).toThrow('expected a character with depth that whenReadyAsync has made ready, got impostor');
  expect(crowd.size).toBe(0);
  crowd.dispose();
});
