import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { cameraDirection } from '../asset/index.ts';
import type { Impostor } from '../impostor/index.ts';

/** A picture in memory: 8-bit RGBA, rows from the top, premultiplied. */
export interface CapturedView {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Of all cameras and meshes here. */
const EVERYTHING = 0x0fffffff;

/**
 * Draws a character with depth as a camera sees it that stands where a stored view's does, with that view's lens: the stored
 * views' own picture at a yaw that is stored, what lies between them elsewhere. For right-handed scenes.
 *
 * @param yaw, pitch radians
 */
export async function captureView(
  scene: Scene,
  impostor: Impostor,
  yaw: number,
  pitch: number,
): Promise<CapturedView> {
  const { views, frame, pivot } = impostor.extension;
  const [, , width, height] = views[0]!.rectangle;
  const focal = views[0]!.focal!;
  // The frame stands at the pivot and is 2 ÷ focal wide at distance 1.
  const distance = (focal * frame[0]) / 2;
  const camera = new TargetCamera('capture', Vector3.Zero(), scene, false);
  const target = new RenderTargetTexture('capture', { width, height }, scene, {
    generateMipMaps: false,
    type: Constants.TEXTURETYPE_UNSIGNED_BYTE,
  });
  try {
    const middle = new Vector3(...pivot);
    camera.position.copyFrom(new Vector3(...cameraDirection(yaw, pitch)).scale(distance)).addInPlace(middle);
    camera.setTarget(middle);
    camera.fov = 2 * Math.atan(frame[1] / 2 / distance);
    [camera.minZ, camera.maxZ] = [distance / 10, distance * 3];
    // Left to itself, the projection would have the canvas' proportions.
    const projection = new Matrix();
    const { fov, minZ, maxZ } = camera;
    const isHalf = scene.getEngine().isNDCHalfZRange;
    Matrix.PerspectiveFovRHToRef(fov, width / height, minZ, maxZ, projection, true, isHalf);
    camera.freezeProjectionMatrix(projection);
    camera.layerMask = EVERYTHING;
    target.clearColor = new Color4(0, 0, 0, 0);
    target.activeCamera = camera;
    target.renderList = [impostor.mesh];
    target.ignoreCameraViewport = true;
    await readiness(target);
    target.render();
    const read = await target.readPixels();
    const bytes = new Uint8Array(read!.buffer, read!.byteOffset, read!.byteLength);
    return { width, height, data: upsideDown(bytes, width) };
  } finally {
    target.dispose();
    camera.dispose();
  }
}

/** A drawing of its own may still have to be compiled. */
async function readiness(target: RenderTargetTexture): Promise<void> {
  const end = performance.now() + 10_000;
  while (!target.isReadyForRendering()) {
    if (performance.now() > end) throw new Error('capture: expected the shader within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Babylon fills targets from the bottom, on WebGPU too. */
function upsideDown(pixels: Uint8Array, width: number): Uint8Array {
  const row = 4 * width;
  const turned = new Uint8Array(pixels.length);
  for (let from = 0; from < pixels.length; from += row)
    turned.set(pixels.subarray(from, from + row), pixels.length - from - row);
  return turned;
}
