import { Ray } from '@babylonjs/core/Culling/ray.js';
import { ImportMeshAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { AssetError, cameraDirection, degrees, radians } from '@turnaround/plugin/asset';
import { Impostor } from '@turnaround/plugin/impostor';
import { loadImpostorAsync, registerImpostorLoader } from '@turnaround/plugin/loader';
import { beforeAll, describe, expect, test } from 'vitest';
import { characterGlb, letterView, type Picture, packGlb } from '../character-glb.ts';
import { cameraAt, nullScene, quadOnScreen, YAWS } from '../impostor/scenes.ts';

let views: Picture[];
let glb: Uint8Array;

beforeAll(async () => {
  // Babylon decodes no picture here; it only asks whether there could be one.
  views = await Promise.all(YAWS.map((yaw) => letterView(yaw, 16)));
  glb = await characterGlb({ views, yaws: YAWS, pivot: [0.1, 0.5, 0] });
});

const counts = (scene: Scene) => ({
  meshes: scene.meshes.map(({ name }) => name),
  materials: scene.materials.map(({ name }) => name),
  textures: scene.textures.length,
  nodes: scene.transformNodes.map(({ name }) => name),
  geometries: scene.geometries.length,
  observers: scene.onBeforeCameraRenderObservable.observers.length,
});

describe.each([
  ['right', true],
  ['left', false],
])('in a %s-handed scene', (_, rightHanded) => {
  test('a file becomes an impostor, and its mesh the shape that no camera draws', async () => {
    const scene = nullScene(rightHanded);
    const impostor = await loadImpostorAsync(glb, scene);
    expect(impostor.extension.views.map(({ yaw }) => Math.round(degrees(yaw)))).toEqual(YAWS);
    expect(counts(scene)).toEqual({
      meshes: ['__root__', 'character.quad', 'character.solid'],
      materials: ['character.material'],
      textures: 1,
      nodes: ['character'],
      geometries: 2,
      observers: 1,
    });
    expect(Impostor.FromNode(impostor.node)).toBe(impostor);
    expect(impostor.solid!.layerMask).toBe(0);
    expect(impostor.solid!.parent).toBe(impostor.node);
    // A ray at the face finds the character by its shape, not by the quad about it.
    impostor.node.computeWorldMatrix(true);
    const face = Vector3.TransformCoordinates(new Vector3(0.1, 0.5, 0), impostor.node.getWorldMatrix());
    const eye = Vector3.TransformCoordinates(new Vector3(0.1, 0.5, 5), impostor.node.getWorldMatrix());
    const pick = scene.pickWithRay(new Ray(eye, face.subtract(eye).normalize(), 20))!;
    expect(Impostor.FromNode(pick.pickedMesh!)).toBe(impostor);
    expect(pick.pickedMesh).toBe(impostor.solid);
    impostor.dispose();
    expect(counts(scene)).toMatchObject({ meshes: [], geometries: 0 });
  });

  test('positive yaw is on the same side, and nothing is mirrored, also below a placed parent', async () => {
    for (const placed of [false, true]) {
      const scene = nullScene(rightHanded);
      const impostor = await loadImpostorAsync(glb, scene);
      if (placed) {
        const parent = new TransformNode('parent', scene);
        parent.position.set(3, -2, 7);
        parent.rotation.set(0.4, 2, -0.7);
        parent.scaling.set(2, 0.7, 1.3);
        scene.getMeshByName('__root__')!.parent = parent;
      }
      const world = impostor.node.computeWorldMatrix(true);
      const target = Vector3.TransformCoordinates(new Vector3(0.1, 0.5, 0), world);
      for (const [yaw, view] of [
        [-40, 0],
        [-20, 1],
        [0, 2],
        [40, 4],
        [70, 4],
        [150, 4],
        [170, 3],
        [-170, 1],
        [-150, 0],
      ] as const) {
        const [x, y, z] = cameraDirection(radians(yaw), 0.2);
        const local = new Vector3(0.1 + 20 * x, 0.5 + 20 * y, 20 * z);
        const camera = cameraAt(scene, Vector3.TransformCoordinates(local, world), target);
        scene.render();
        const state = impostor.stateFor(camera)!;
        expect(degrees(state.yaw)).toBeCloseTo(yaw, 3);
        expect(state.view).toBe(view);
        expect(state.outside).toBe(Math.abs(yaw) > 40);
        expect(quadOnScreen(impostor, camera).winding).toBeGreaterThan(0);
      }
    }
  });
});

test('disposing the impostor frees all that the file brought', async () => {
  const scene = nullScene(false);
  cameraAt(scene, new Vector3(0, 0, 10));
  scene.render();
  const before = counts(scene);
  const impostor = await loadImpostorAsync(glb, scene);
  scene.render();
  impostor.dispose();
  scene.render();
  expect(counts(scene)).toEqual(before);
});

describe('a character with depth', () => {
  const load = async (scene: Scene) =>
    await loadImpostorAsync(await characterGlb({ views, yaws: YAWS, depth: true }), scene);

  test('has its depth texture, which wraps, filters and mips nothing', async () => {
    const scene = nullScene(false);
    const impostor = await load(scene);
    const texture = impostor.depthTexture as Texture;
    expect(scene.textures).toHaveLength(2);
    expect(scene.textures).toContain(texture);
    // The file's sampler says none of this.
    expect(texture.samplingMode).toBe(Texture.NEAREST_SAMPLINGMODE);
    expect([texture.wrapU, texture.wrapV]).toEqual([Texture.CLAMP_ADDRESSMODE, Texture.CLAMP_ADDRESSMODE]);
    expect(texture.getInternalTexture()?._useSRGBBuffer).toBe(false);
    expect((await loadImpostorAsync(glb, nullScene(false))).depthTexture).toBeNull();
  });

  test('is freed whole', async () => {
    const scene = nullScene(true);
    cameraAt(scene, new Vector3(0, 0, 10));
    scene.render();
    const before = counts(scene);
    (await load(scene)).dispose();
    scene.render();
    expect(counts(scene)).toEqual(before);
  });
});

test("Babylon's own functions load it too; the root takes all along when it goes", async () => {
  registerImpostorLoader();
  const scene = nullScene(false);
  cameraAt(scene, new Vector3(0, 0, 10));
  const before = counts(scene);
  const { meshes, transformNodes } = await ImportMeshAsync(glb, scene, { pluginExtension: '.glb' });
  expect(meshes.map(({ name }) => name)).toEqual(['__root__', 'character.quad', 'character.solid']);
  const impostor = Impostor.FromNode(transformNodes[0]!);
  expect(impostor).not.toBeNull();
  expect(Impostor.FromNode(meshes[1]!)).toBe(impostor);
  meshes[0]!.dispose();
  scene.render();
  expect(impostor!.isDisposed).toBe(true);
  expect(counts(scene)).toEqual(before);
});

test('several characters in a scene keep apart', async () => {
  const scene = nullScene(true);
  const [first, second] = [await loadImpostorAsync(glb, scene), await loadImpostorAsync(glb, scene)];
  second.node.rotation.y = radians(30);
  second.node.rotationQuaternion = null;
  const camera = cameraAt(scene, new Vector3(0.1, 0.5, 1000));
  scene.render();
  expect(degrees(first.stateFor(camera)!.yaw)).toBeCloseTo(0, 1);
  expect(degrees(second.stateFor(camera)!.yaw)).toBeCloseTo(30, 1);
  first.dispose();
  expect(second.isDisposed).toBe(false);
  scene.render();
  expect(scene.textures).toHaveLength(1);
});

describe('what is wrong with a file is said', () => {
  const refusal = async (bytes: Uint8Array) => {
    const scene = nullScene(true);
    const before = counts(scene);
    const error = await loadImpostorAsync(bytes, scene).then(
      () => new Error('accepted'),
      (reason: Error) => reason,
    );
    expect(counts(scene)).toEqual(before);
    return error;
  };

  test('a broken extension', async () => {
    const error = await refusal(
      await characterGlb({
        views,
        yaws: YAWS,
        change: (e) => {
          e.frame = [0, 1];
        },
      }),
    );
    expect(error).toBeInstanceOf(AssetError);
    expect(error.message).toBe('asset: expected TURNAROUND_impostor.frame[0] more than 0, got 0');
  });

  test('a newer layout', async () => {
    const error = await refusal(
      await characterGlb({
        views,
        yaws: YAWS,
        change: (e) => {
          e.formatVersion = 9;
        },
      }),
    );
    expect((error as AssetError).code).toBe('version');
  });

  test('a file without a character', async () => {
    const error = await refusal(
      packGlb(
        { asset: { version: '2.0' }, scene: 0, scenes: [{ nodes: [0] }], nodes: [{}] },
        new Uint8Array(4),
      ),
    );
    expect((error as AssetError).code).toBe('none');
  });

  test('no glTF at all', async () => {
    const error = await refusal(
      new TextEncoder().encode('not a glTF file at all, but long enough to be read'),
    );
    expect(error.message).toMatch(/magic|Unable to load/i);
  });
});
