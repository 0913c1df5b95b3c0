import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Ray } from '@babylonjs/core/Culling/ray.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { degrees, radians } from '@turnaround/plugin/asset';
import { Impostor, type ImpostorState } from '@turnaround/plugin/impostor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addImpostor, cameraAt, direction, fanExtension, nullScene, quadOnScreen } from './scenes.ts';

describe('following the camera', () => {
  test.each([-40, -13, 0, 27, 40])(
    'at yaw %d° the quad faces the camera and the view is the nearest',
    (yaw) => {
      const scene = nullScene(true);
      const impostor = addImpostor(scene);
      const camera = cameraAt(scene, direction(yaw));
      scene.render();
      const state = impostor.stateFor(camera)!;
      expect(degrees(state.yaw)).toBeCloseTo(yaw, 5);
      expect(state.view).toBe(Math.round((yaw + 40) / 20));
      expect(state.outside).toBe(false);
      const normal = impostor.mesh.getDirection(new Vector3(0, 0, 1));
      expect(Vector3.Dot(normal, direction(yaw, 0, 1))).toBeCloseTo(1, 6);
      const { u, v, winding } = quadOnScreen(impostor, camera);
      expect(winding).toBeGreaterThan(0);
      expect(u.x).toBeGreaterThan(0);
      expect(Math.abs(u.y)).toBeLessThan(1e-5);
      expect(Math.abs(v.x)).toBeLessThan(1e-5);
    },
  );

  test("the camera's pitch tilts the ray, never the choice of yaw", () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const camera = cameraAt(scene, direction(12));
    for (const pitch of [-80, -30, 0, 30, 80]) {
      camera.position = direction(12, pitch);
      camera.setTarget(Vector3.Zero());
      scene.render();
      const state = impostor.stateFor(camera)!;
      expect(degrees(state.yaw)).toBeCloseTo(12, 5);
      expect(degrees(state.pitch)).toBeCloseTo(pitch, 5);
      expect(state.view).toBe(3);
      expect(impostor.mesh.getDirection(Vector3.Up()).y).toBeCloseTo(1, 9);
    }
  });

  test('straight above, the last yaw is kept', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const camera = cameraAt(scene, direction(33));
    scene.render();
    camera.position = new Vector3(0, 10, 0);
    scene.render();
    expect(degrees(impostor.stateFor(camera)!.yaw)).toBeCloseTo(33, 6);
  });

  test('beyond the range the last view goes with the camera, and an observable says so', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const told: [number, boolean][] = [];
    impostor.onRangeChangedObservable.add(({ yaw, outside }) =>
      told.push([Math.round(degrees(yaw)), outside]),
    );
    const camera = cameraAt(scene, direction(0));
    const turns: number[] = [];
    const shown: number[] = [];
    for (const yaw of [30, 40, 41, 70, 100, 60, 39, -39, -50]) {
      camera.position = direction(yaw);
      camera.setTarget(Vector3.Zero());
      scene.render();
      turns.push(Math.round(degrees(impostor.mesh.rotation.y)));
      shown.push(Math.round(degrees(impostor.stateFor(camera)!.shownYaw)));
      if (Math.abs(yaw) > 40) expect(impostor.stateFor(camera)!.view).toBe(yaw > 0 ? 4 : 0);
    }
    expect(turns).toEqual([-30, -40, -41, -70, -100, -60, -39, 39, 50]);
    expect(shown).toEqual([30, 40, 40, 40, 40, 40, 39, -39, -40]);
    expect(told).toEqual([
      [41, true],
      [39, false],
      [-50, true],
    ]);
  });

  test('once round the character, what is shown never jumps', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const camera = cameraAt(scene, direction(0));
    let before = 0;
    for (let yaw = 0; yaw <= 360; yaw += 1) {
      camera.position = direction(yaw);
      camera.setTarget(Vector3.Zero());
      scene.render();
      const shown = degrees(impostor.stateFor(camera)!.shownYaw);
      expect(Math.abs(shown)).toBeLessThan(40.001);
      expect(Math.abs(shown - before), `${yaw}°`).toBeLessThan(2.001);
      before = shown;
      expect(quadOnScreen(impostor, camera).winding).toBeGreaterThan(0);
    }
  });

  test('turns after the camera where it is told to, no faster than its rate', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    impostor.beyond = 'turn';
    impostor.turnRate = radians(100);
    const engine = scene.getEngine();
    engine.getDeltaTime = () => 100;
    const camera = cameraAt(scene, direction(65));
    const shown: number[] = [];
    const outside: boolean[] = [];
    for (let frame = 0; frame < 4; frame++) {
      scene.render();
      shown.push(Math.round(degrees(impostor.stateFor(camera)!.shownYaw)));
      outside.push(impostor.stateFor(camera)!.outside);
    }
    expect(outside).toEqual([true, true, false, false]);
    camera.position = direction(20);
    camera.setTarget(Vector3.Zero());
    scene.render();
    // It has turned by 25° and stays there: the camera is within its range.
    expect(shown).toEqual([40, 40, 40, 40]);
    expect(degrees(impostor.stateFor(camera)!.shownYaw)).toBeCloseTo(-5, 4);
  });

  test('from behind, the picture is turned round, not mirrored', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    for (const yaw of [120, 129, 131, 150, 179, -179, -135, -131, -100]) {
      const camera = cameraAt(scene, direction(yaw));
      scene.render();
      expect(impostor.stateFor(camera)!.outside).toBe(true);
      expect(quadOnScreen(impostor, camera).winding, `${yaw}`).toBeGreaterThan(0);
    }
  });

  test('tells when another view comes first', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const seen: number[] = [];
    impostor.onViewChangedObservable.add(({ view }) => seen.push(view));
    const camera = cameraAt(scene, direction(0));
    for (const yaw of [0, 5, 9, 11, 19, 25, 31, 60]) {
      camera.position = direction(yaw);
      scene.render();
    }
    expect(seen).toEqual([2, 3, 4]);
  });

  test('an observer may dispose the impostor', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    impostor.onRangeChangedObservable.add(() => impostor.dispose());
    const camera = cameraAt(scene, direction(90));
    scene.render();
    scene.render();
    expect(impostor.isDisposed).toBe(true);
    expect(camera.isDisposed()).toBe(false);
  });
});

describe('several cameras', () => {
  test('each sees its own view, and is told of its own changes', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    const states: ImpostorState[] = [];
    impostor.onRangeChangedObservable.add((state) => states.push(state));
    const [left, right] = [cameraAt(scene, direction(-40)), cameraAt(scene, direction(55))];
    scene.activeCameras = [left, right];
    const turns: number[] = [];
    impostor.mesh.onBeforeRenderObservable.add(() =>
      turns.push(Math.round(degrees(impostor.mesh.rotation.y))),
    );
    scene.render();
    expect(impostor.stateFor(left)!.view).toBe(0);
    expect(impostor.stateFor(right)!.view).toBe(4);
    expect(states.map(({ camera }) => camera)).toEqual([right]);
    expect(turns).toEqual([40, -55]);
    scene.render();
    expect(states).toHaveLength(1);
  });

  test('an orthographic camera sees along its axis', () => {
    for (const rightHanded of [true, false]) {
      const scene = nullScene(rightHanded);
      const impostor = addImpostor(scene);
      const sign = rightHanded ? 1 : -1;
      const [x, y, z] = direction(20).asArray() as [number, number, number];
      const camera = cameraAt(scene, new Vector3(sign * x + 5, y + 3, z), new Vector3(5, 3, 0));
      camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
      [camera.orthoLeft, camera.orthoRight, camera.orthoTop, camera.orthoBottom] = [-9, 9, 9, -9];
      scene.render();
      expect(degrees(impostor.stateFor(camera)!.yaw)).toBeCloseTo(20, 5);
      expect(quadOnScreen(impostor, camera).winding).toBeGreaterThan(0);
    }
  });
});

describe('any node in any scene', () => {
  const unit = fc.double({ min: -1, max: 1, noNaN: true });
  const size = fc.double({ min: 0.5, max: 2, noNaN: true });
  const turn = fc
    .tuple(unit, unit, unit, unit)
    .filter((q) => Math.hypot(...q) > 0.1)
    .map((q) => new Quaternion(...q).normalize());
  const transform = fc.record({
    position: fc.tuple(unit, unit, unit).map(([x, y, z]) => new Vector3(x, y, z).scale(20)),
    rotation: turn,
    scaling: fc
      .tuple(size, size, size, fc.boolean())
      .map(([x, y, z, mirror]) => new Vector3(mirror ? -x : x, y, z)),
  });
  const place = (
    node: TransformNode,
    { position, rotation, scaling }: { position: Vector3; rotation: Quaternion; scaling: Vector3 },
  ) => {
    node.position.copyFrom(position);
    node.rotationQuaternion = rotation;
    node.scaling.copyFrom(scaling);
  };

  test('is never mirrored, and shows the view of the direction in the node', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        transform,
        transform,
        fc.double({ min: -179, max: 179, noNaN: true }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (rightHanded, outer, inner, yaw, pitch) => {
          const scene = nullScene(rightHanded);
          const parent = new TransformNode('parent', scene);
          const node = new TransformNode('node', scene);
          node.parent = parent;
          place(parent, outer);
          place(node, inner);
          const pivot = [0.3, -0.2, 0.1] as const;
          const impostor = addImpostor(scene, fanExtension(undefined, pivot), node);
          const world = node.computeWorldMatrix(true);
          // A space whose determinant disagrees with the scene's handedness is seen mirrored: +X on the viewer's left.
          const mirrored = world.determinant() > 0 !== rightHanded;
          // Far enough that no corner of a skewed quad comes to lie behind the camera.
          const [x, y, z] = direction(yaw, pitch, 100).asArray() as [number, number, number];
          const local = new Vector3(mirrored ? -x : x, y, z).add(
            Vector3.FromArray(pivot as unknown as number[]),
          );
          const target = Vector3.TransformCoordinates(Vector3.FromArray(pivot as unknown as number[]), world);
          const camera = cameraAt(scene, Vector3.TransformCoordinates(local, world), target);
          scene.render();
          const state = impostor.stateFor(camera)!;
          expect(Math.abs(Math.sin(state.yaw - radians(yaw)))).toBeLessThan(1e-3);
          expect(Math.cos(state.yaw - radians(yaw))).toBeGreaterThan(0);
          expect(state.outside).toBe(Math.abs(degrees(state.yaw)) > 40.001);
          expect(quadOnScreen(impostor, camera).winding).toBeGreaterThan(0);
          scene.getEngine().dispose();
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a flat node is left alone', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene);
    impostor.node.scaling.setAll(0);
    const camera = cameraAt(scene, direction(0));
    scene.render();
    expect(impostor.stateFor(camera)).toBeNull();
  });

  test('culling knows the quad wherever it turns', () => {
    const scene = nullScene(true);
    const impostor = addImpostor(scene, fanExtension([-90, 0, 90]));
    const camera = cameraAt(scene, direction(90));
    scene.render();
    const { minimumWorld, maximumWorld } = impostor.mesh.getBoundingInfo().boundingBox;
    for (const [axis, half] of [
      ['x', 1],
      ['y', 1.5],
      ['z', 1],
    ] as const) {
      expect(minimumWorld[axis]).toBeCloseTo(-half, 5);
      expect(maximumWorld[axis]).toBeCloseTo(half, 5);
    }
    expect(camera.isInFrustum(impostor.mesh)).toBe(true);
  });
});

test('a pick finds the impostor, where the camera sees it', () => {
  const scene = nullScene(true);
  const impostor = addImpostor(scene, fanExtension([-80, 0, 80]));
  cameraAt(scene, direction(80));
  scene.render();
  const ray = new Ray(direction(80), direction(80, 0, -1), 100);
  const picked = scene.pickWithRay(ray);
  expect(picked?.hit && Impostor.FromNode(picked.pickedMesh!)).toBe(impostor);
  expect(picked?.distance).toBeCloseTo(10, 4);
});
