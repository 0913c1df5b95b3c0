import { Ray } from '@babylonjs/core/Culling/ray.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { RegisterThinInstanceMesh } from '@babylonjs/core/Meshes/thinInstanceMesh.pure.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { AssetError, radians, type View } from '@turnaround/plugin/asset';
import { describe, expect, test } from 'vitest';
import { CrowdSolid } from '../../../plugin/src/crowd/crowd-solids.ts';
import { CrowdTile, type TileMember } from '../../../plugin/src/crowd/crowd-tile.ts';
import { ImpostorCrowd } from '../../../plugin/src/crowd/index.ts';
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

describe('a tile', () => {
  const member = (x: number, z: number): TileMember => ({
    matrix: Float32Array.from(Matrix.Translation(x, 0, z).m),
    row: 0,
    tint: [1, 1, 1, 1],
    radius: 2,
  });
  /** z of the members in the order that they are drawn in, from what Babylon uploads. */
  const order = (tile: CrowdTile): number[] => {
    const { matrixData, instancesCount } = tile.mesh._thinInstanceDataStorage;
    return Array.from({ length: instancesCount }, (_, k) => matrixData![16 * k + 14]!);
  };

  test('holds its members, farthest first, wherever the camera goes', () => {
    RegisterThinInstanceMesh();
    const scene = nullScene(true);
    const tile = new CrowdTile('tile', scene, new StandardMaterial('material', scene));
    const members = [3, -1, 5, 0].map((z) => member(z, z));
    for (const one of members) tile.add(one);
    tile.update(new Vector3(0, 0, 10));
    expect(order(tile)).toEqual([-1, 0, 3, 5]);
    tile.update(new Vector3(0, 0, -10));
    expect(order(tile)).toEqual([5, 3, 0, -1]);
    tile.remove(members[2]!);
    tile.update(new Vector3(0, 0, -10));
    expect(order(tile)).toEqual([3, 0, -1]);
    expect(tile.size).toBe(3);
    const { minimumWorld, maximumWorld } = tile.mesh.getBoundingInfo().boundingBox;
    expect(minimumWorld.asArray()).toEqual([-3, -2, -3]);
    expect(maximumWorld.asArray()).toEqual([5, 2, 5]);
    for (const one of members) tile.remove(one);
    tile.update(new Vector3(0, 0, -10));
    expect(tile.mesh.isEnabled()).toBe(false);
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
  const at = (x: number, z: number): TileMember => ({
    matrix: Float32Array.from(Matrix.Translation(x, 0, z).m),
    row: 0,
    tint: [1, 1, 1, 1],
    radius: 2,
  });

  test('are picked as their members, on the side that they lie on, and drawn by no camera', () => {
    const scene = nullScene(rightHanded);
    RegisterThinInstanceMesh();
    const solid = new CrowdSolid('solid', scene, wedge(scene));
    scene.getMeshByName('wedge')!.dispose();
    const camera = cameraAt(scene, new Vector3(0, 0, -10));
    const members = [at(0, 0), at(10, 0), at(20, 0)];
    for (const member of members) solid.add(member);
    solid.update();
    const side = rightHanded ? 1 : -1;
    const hit = (x: number): TileMember | null => {
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
    for (const member of members) solid.remove(member);
    solid.update();
    expect(solid.mesh.isEnabled()).toBe(false);
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
