import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreateCylinder } from '@babylonjs/core/Meshes/Builders/cylinderBuilder.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import { CreateSphere } from '@babylonjs/core/Meshes/Builders/sphereBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import '@babylonjs/core/Meshes/instancedMesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import { drawnMaterial } from './drawn-material.ts';
import { buildHouses } from './houses.ts';
import { KERB, STREET } from './street-plan.ts';

const SKY = new Color4(0.8, 0.85, 0.9, 1);

/** Ground, houses, lamps, light and haze. */
export function buildStreet(scene: Scene): void {
  scene.clearColor = SKY;
  scene.fogMode = Scene.FOGMODE_EXP2;
  scene.fogDensity = 0.013;
  scene.fogColor = new Color3(SKY.r, SKY.g, SKY.b);
  const sky = new HemisphericLight('sky', new Vector3(0.2, 1, 0.1), scene);
  sky.intensity = 0.95;
  sky.groundColor = new Color3(0.5, 0.47, 0.44);
  const sun = new DirectionalLight('sun', new Vector3(-0.6, -1, 0.45), scene);
  sun.intensity = 0.5;
  buildGround(scene);
  buildHouses(scene);
  buildLamps(scene);
}

function buildGround(scene: Scene): void {
  const [height, middle] = [STREET.to - STREET.from + 20, (STREET.to + STREET.from) / 2];
  const flat = (width: number, x: number, y: number, material: StandardMaterial): void => {
    const ground = CreateGround('ground', { width, height }, scene);
    ground.position.set(x, y, middle);
    ground.material = material;
  };
  flat(2 * STREET.road, 0, -KERB, cobbles(scene, [STREET.road, height / 2]));
  const width = STREET.side - STREET.road;
  const stone = new StandardMaterial('kerb', scene);
  stone.diffuseColor = Color3.FromHexString('#a39d94');
  stone.specularColor = Color3.Black();
  for (const side of [-1, 1]) {
    flat(width, (side * (STREET.road + STREET.side)) / 2, 0, paving(scene, [width, height]));
    const kerb = CreateBox('kerb', { width: 0.16, height: KERB + 0.02, depth: height }, scene);
    kerb.position.set(side * (STREET.road + 0.07), -KERB / 2, middle);
    kerb.material = stone;
  }
}

/** Two metres of a road. */
const cobbles = (scene: Scene, repeats: readonly [number, number]): StandardMaterial =>
  drawnMaterial(scene, 'cobbles', repeats, (context, size) => {
    context.fillStyle = '#6a6764';
    context.fillRect(0, 0, size, size);
    const stone = size / 8;
    for (let row = 0; row < 8; row++)
      for (let column = -1; column < 8; column++) {
        context.fillStyle = `hsl(30 5% ${47 + ((row * 7 + ((column + 8) % 8) * 5) % 6) * 1.4}%)`;
        context.fillRect((column + (row % 2) / 2) * stone + 1, row * stone + 1, stone - 2, stone - 2);
      }
  });

/** A metre of a pavement. */
const paving = (scene: Scene, repeats: readonly [number, number]): StandardMaterial =>
  drawnMaterial(scene, 'paving', repeats, (context, size) => {
    context.fillStyle = '#a49e95';
    context.fillRect(0, 0, size, size);
    const slab = size / 2;
    for (let k = 0; k < 4; k++) {
      context.fillStyle = `hsl(36 9% ${70 + ((k * 3) % 4) * 1.5}%)`;
      context.fillRect((k % 2) * slab + 2, (k >> 1) * slab + 2, slab - 4, slab - 4);
    }
  });

function buildLamps(scene: Scene): void {
  const iron = new StandardMaterial('iron', scene);
  iron.diffuseColor = Color3.FromHexString('#2b3034');
  iron.specularColor = new Color3(0.1, 0.1, 0.1);
  const glass = new StandardMaterial('glass', scene);
  glass.emissiveColor = Color3.FromHexString('#fff0cf');
  glass.disableLighting = true;
  const post = CreateCylinder('post', { height: 3.4, diameterTop: 0.07, diameterBottom: 0.12 }, scene);
  post.material = iron;
  const foot = CreateCylinder('foot', { height: 0.5, diameterTop: 0.14, diameterBottom: 0.26 }, scene);
  foot.material = iron;
  const globe = CreateSphere('globe', { diameter: 0.36, segments: 12 }, scene);
  globe.material = glass;
  const heights: [Mesh, number][] = [
    [post, 1.7],
    [foot, 0.25],
    [globe, 3.55],
  ];
  for (const [mesh, y] of heights) {
    for (let k = 0; STREET.from + 11 * k < STREET.to; k++) {
      const lamp = mesh.createInstance(`${mesh.name}${k}`);
      lamp.position.set((k % 2 === 0 ? -1 : 1) * (STREET.road + 0.25), y, STREET.from + 5 + 11 * k);
    }
    mesh.isVisible = false;
  }
}
