import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { expect, test } from 'vitest';
import { screenHeight } from '../../../plugin/src/impostor/march-camera.ts';
import { addImpostor, cameraAt, fanExtension, nullScene } from './scenes.ts';

test.each([false, true])(
  'a frame of 3 units has these pixels of a screen of 64 (right-handed: %s)',
  (right) => {
    const scene = nullScene(right);
    const extension = fanExtension(undefined, [0, 1, 0]);
    const { node } = addImpostor(scene, extension);
    node.scaling.setAll(2);
    const camera = cameraAt(scene, new Vector3(0, 2, right ? 12 : -12), new Vector3(0, 2, 0));
    scene.render();
    // 6 units, 12 away: a screen is 2·12·tan(fov/2) high there.
    expect(screenHeight(node, extension, camera)).toBeCloseTo((64 * 6) / (24 * Math.tan(camera.fov / 2)), 3);
    camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
    [camera.orthoTop, camera.orthoBottom, camera.orthoLeft, camera.orthoRight] = [10, -10, -10, 10];
    scene.render();
    expect(screenHeight(node, extension, camera)).toBeCloseTo((64 * 6) / 20, 3);
  },
);
