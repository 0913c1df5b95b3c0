import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { DynamicTexture } from '@babylonjs/core/Materials/Textures/dynamicTexture.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateCapsule } from '@babylonjs/core/Meshes/Builders/capsuleBuilder.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';
import { Scene } from '@babylonjs/core/scene.js';

/** Metres of a side. */
export const SIDE = 44;

/** Where a body's neck is, metres. */
export const NECK = 1.32;

const SKY = new Color4(0.78, 0.85, 0.92, 1);

/** Paved ground, light and haze. */
export function layOut(scene: Scene): DirectionalLight {
  scene.clearColor = SKY;
  scene.fogMode = Scene.FOGMODE_EXP2;
  scene.fogDensity = 0.012;
  scene.fogColor = new Color3(SKY.r, SKY.g, SKY.b);
  const sky = new HemisphericLight('sky', new Vector3(0.2, 1, 0.1), scene);
  sky.intensity = 0.75;
  sky.groundColor = new Color3(0.45, 0.42, 0.4);
  const sun = new DirectionalLight('sun', new Vector3(-0.5, -1, 0.35), scene);
  sun.intensity = 0.7;
  sun.position = new Vector3(20, 40, -14);
  const ground = CreateGround('ground', { width: 4 * SIDE, height: 4 * SIDE }, scene);
  ground.material = paving(scene);
  return sun;
}

function paving(scene: Scene): StandardMaterial {
  const texture = new DynamicTexture('paving', 256, scene, true);
  const context = texture.getContext() as CanvasRenderingContext2D;
  context.fillStyle = '#8f8577';
  context.fillRect(0, 0, 256, 256);
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++) {
      const light = 62 + ((row * 7 + column * 5) % 4) * 3;
      context.fillStyle = `hsl(35 10% ${light}%)`;
      context.fillRect(column * 64 + (row % 2 ? 32 : 0) - 32 + 2, row * 64 + 2, 60, 60);
      if (row % 2 && column === 0) context.fillRect(4 * 64 - 32 + 2, row * 64 + 2, 60, 60);
    }
  texture.update();
  texture.uScale = texture.vScale = 2 * SIDE;
  const material = new StandardMaterial('paving', scene);
  material.diffuseTexture = texture;
  material.specularColor = Color3.Black();
  return material;
}

/** A stall: where it stands, and which way it looks (radians). */
export interface Stall {
  readonly place: Vector3;
  readonly facing: number;
}

/** Two rows of stalls along the square's middle. */
export function stalls(): Stall[] {
  return Array.from({ length: 10 }, (_, k) => ({
    place: new Vector3((Math.floor(k / 2) - 2) * 7.5, 0, k % 2 === 0 ? -5.5 : 5.5),
    facing: k % 2 === 0 ? 0 : Math.PI,
  }));
}

export function buildStalls(scene: Scene, list: readonly Stall[]): void {
  const wood = new StandardMaterial('wood', scene);
  wood.diffuseColor = new Color3(0.5, 0.36, 0.24);
  wood.specularColor = Color3.Black();
  const cloths = ['#b3481f', '#2f6b5e', '#c79a2f', '#5b4a86', '#2c5d8f'].map((colour, k) => {
    const cloth = new StandardMaterial(`cloth${k}`, scene);
    cloth.diffuseColor = Color3.FromHexString(colour);
    cloth.specularColor = Color3.Black();
    return cloth;
  });
  for (const [k, { place, facing }] of list.entries()) {
    const put = (name: string, size: readonly [number, number, number], at: Vector3, tilt = 0) => {
      const box = CreateBox(`${name}${k}`, { width: size[0], height: size[1], depth: size[2] }, scene);
      box.position = Vector3.TransformCoordinates(at, Matrix.RotationY(facing)).add(place);
      box.rotation.set(tilt, facing, 0);
      return box;
    };
    put('table', [3, 0.9, 1], new Vector3(0, 0.45, 0)).material = wood;
    for (const [x, z] of [
      [-1.5, -0.7],
      [1.5, -0.7],
      [-1.5, 0.7],
      [1.5, 0.7],
    ] as const)
      put('post', [0.1, 2.6, 0.1], new Vector3(x, 1.3, z)).material = wood;
    put('roof', [3.6, 0.06, 2.1], new Vector3(0, 2.6, 0), -0.18).material = cloths[k % cloths.length]!;
  }
}

/** Bodies for heads to stand on, one mesh of thin instances. */
export function buildBodies(scene: Scene, places: readonly Vector3[]): void {
  const body = CreateCapsule('bodies', { height: NECK, radius: 0.17, tessellation: 12 }, scene);
  const material = new StandardMaterial('coat', scene);
  material.specularColor = Color3.Black();
  body.material = material;
  const matrices = new Float32Array(16 * places.length);
  const colours = new Float32Array(4 * places.length);
  for (const [k, { x, z }] of places.entries()) {
    Matrix.Translation(x, NECK / 2, z).copyToArray(matrices, 16 * k);
    const hue = Color3.FromHSV((k * 137.5) % 360, 0.35, 0.25 + 0.35 * ((k * 0.618) % 1));
    colours.set([hue.r, hue.g, hue.b, 1], 4 * k);
  }
  body.thinInstanceSetBuffer('matrix', matrices, 16, true);
  body.thinInstanceSetBuffer('color', colours, 4, true);
}
