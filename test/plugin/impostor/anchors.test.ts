import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { describe, expect, test } from 'vitest';
import { findAnchors, neckShare } from '../../../plugin/src/impostor/anchors.ts';
import { addImpostor, cameraAt, fanExtension, nullScene, quadOnScreen } from './scenes.ts';

describe('where a character can be attached', () => {
  test('the neck is the narrowest row below the head', () => {
    // Two empty rows, a head of 10, a neck of 4 in the 8th row of 12, shoulders of 12.
    expect(neckShare([0, 0, 4, 8, 10, 9, 6, 4, 7, 10, 12, 12])).toBeCloseTo(1 - 7.5 / 12, 12);
  });

  test('under long hair, and where nothing is seen, it is where necks usually are', () => {
    expect(neckShare([0, 4, 8, 9, 9, 9, 9, 10])).toBe(0.22);
    expect(neckShare([0, 0, 0, 0])).toBe(0.22);
    expect(neckShare([0, 4, 8, 4, 0, 0])).toBe(0.22);
  });

  test('both lie on the axis that views orbit', () => {
    const extension = fanExtension(undefined, [0.2, 1, -0.1]);
    const { base, neck } = findAnchors(extension, null);
    expect(base).toEqual([0.2, -0.5, -0.1]);
    expect(neck[1]).toBeCloseTo(-0.5 + 0.22 * 3, 12);
    expect([neck[0], neck[2]]).toEqual([0.2, -0.1]);
  });

  test('height is of the frame, whatever the file says', () => {
    const impostor = addImpostor(nullScene(true));
    expect(impostor.height).toBe(3);
    impostor.height = 0.24;
    expect(impostor.height).toBeCloseTo(0.24, 12);
    expect(impostor.node.scaling.asArray()).toEqual([0.08, 0.08, 0.08]);
  });

  test.each([false, true])(
    'hung from a body, its neck is on the node and its face looks along +Z (right-handed: %s)',
    (right) => {
      const scene = nullScene(right);
      const impostor = addImpostor(scene, fanExtension(undefined, [0.2, 1, -0.1]));
      impostor.height = 0.3;
      const body = new TransformNode('body', scene);
      body.position.set(3, 1.5, -2);
      body.rotation.y = 0.7;
      impostor.attachTo(body);
      const world = impostor.node.computeWorldMatrix(true);
      const neck = Vector3.TransformCoordinates(Vector3.FromArray([...impostor.anchors.neck]), world);
      expect(Vector3.Distance(neck, body.position)).toBeLessThan(1e-6);
      const ahead = body.getDirection(new Vector3(0, 0, 1));
      const pivot = Vector3.TransformCoordinates(new Vector3(0.2, 1, -0.1), world);
      const camera = cameraAt(scene, pivot.add(ahead.scale(5)), pivot);
      scene.render();
      expect(impostor.stateFor(camera)!.yaw).toBeCloseTo(0, 5);
      expect(quadOnScreen(impostor, camera).winding).toBeGreaterThan(0);
      impostor.attachTo(body, { by: 'base', offset: new Vector3(0, 1, 0) });
      const base = Vector3.TransformCoordinates(
        Vector3.FromArray([...impostor.anchors.base]),
        impostor.node.computeWorldMatrix(true),
      );
      expect(Vector3.Distance(base, body.position.add(new Vector3(0, 1, 0)))).toBeLessThan(1e-6);
    },
  );
});
