import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Scene } from '@babylonjs/core/scene.js';
import { cameraDirection, FORMAT_VERSION, type ImpostorExtension, radians } from '@turnaround/plugin/asset';
import { Impostor } from '@turnaround/plugin/impostor';

// Each engine announces itself otherwise.
Logger.LogLevels = Logger.WarningLogLevel | Logger.ErrorLogLevel;

/** Yaw in degrees of the stored views. */
export const YAWS = [-40, -20, 0, 20, 40];

export function fanExtension(
  yaws: readonly number[] = YAWS,
  pivot: readonly [number, number, number] = [0, 0, 0],
): ImpostorExtension {
  return {
    formatVersion: FORMAT_VERSION,
    colour: { index: 0 },
    atlasSize: [yaws.length * 4, 4],
    pivot,
    frame: [2, 3],
    views: yaws.map((yaw, k) => ({ yaw: radians(yaw), pitch: 0, rectangle: [k * 4, 0, 4, 4] })),
    calibrated: true,
    provenance: {
      generator: 'test',
      model: 'test',
      modelHash: '0'.repeat(64),
      seed: 0,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'test',
    },
  };
}

export function nullScene(rightHanded: boolean): Scene {
  const engine = new NullEngine({
    renderWidth: 64,
    renderHeight: 64,
    textureSize: 4,
    deterministicLockstep: false,
    lockstepMaxSteps: 1,
  });
  const scene = new Scene(engine);
  scene.useRightHandedSystem = rightHanded;
  return scene;
}

export function blankAtlas(scene: Scene): RawTexture {
  return RawTexture.CreateRGBATexture(new Uint8Array(64), 4, 4, scene);
}

export function addImpostor(
  scene: Scene,
  extension: ImpostorExtension = fanExtension(),
  node?: TransformNode,
): Impostor {
  return new Impostor(scene, { extension, atlas: blankAtlas(scene), ...(node ? { node } : {}) });
}

/** A camera at a place of the world that looks at another. */
export function cameraAt(scene: Scene, position: Vector3, target: Vector3 = Vector3.Zero()): TargetCamera {
  const camera = new TargetCamera('camera', position, scene);
  camera.setTarget(target);
  camera.minZ = 0.01;
  camera.maxZ = 1e5;
  scene.activeCamera = camera;
  return camera;
}

/**
 * Where the quad's corners come out on the screen: which way its u and v run, x to the right and y down.
 */
export function quadOnScreen(impostor: Impostor, camera: TargetCamera) {
  const { scene, mesh } = impostor;
  const clip = camera.getViewMatrix().multiply(camera.getProjectionMatrix());
  const project = (x: number, y: number) => {
    const world = Vector3.TransformCoordinates(new Vector3(x, y, 0), mesh.getWorldMatrix());
    const ndc = Vector3.TransformCoordinates(world, clip);
    return { x: ndc.x, y: -ndc.y };
  };
  const [w, h] = [impostor.extension.frame[0] / 2, impostor.extension.frame[1] / 2];
  const [corner, alongU, alongV] = [project(-w, h), project(w, h), project(-w, -h)];
  const u = { x: alongU.x - corner.x, y: alongU.y - corner.y };
  const v = { x: alongV.x - corner.x, y: alongV.y - corner.y };
  /** Positive where the picture is seen the right way round, however it is turned. */
  return { u, v, winding: u.x * v.y - u.y * v.x, scene };
}

/** Where a camera stands that sees the subject of a right-handed space at this yaw and pitch (degrees). */
export const direction = (yaw: number, pitch = 0, distance = 10) =>
  Vector3.FromArray(cameraDirection(radians(yaw), radians(pitch)) as unknown as number[]).scale(distance);
