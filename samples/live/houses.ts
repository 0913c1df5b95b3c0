import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { CreatePlane } from '@babylonjs/core/Meshes/Builders/planeBuilder.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { drawnMaterial } from './drawn-material.ts';
import { STREET } from './street-plan.ts';

/** Width and height of a window with the wall about it, metres. */
const [BAY, FLOOR] = [1.9, 2.9];

const WALLS = ['#c9a184', '#b9b3a2', '#a8b3b4', '#c9b98f', '#b98d7e'];
const DOORS = ['#3d5a52', '#6b3a2e', '#39475c', '#4d4a3f'];

interface House {
  readonly bays: number;
  readonly floors: number;
  /** Of its front. */
  readonly x: number;
  readonly z: number;
  /** Radians about +Y, that turn a front which looks along −z. */
  readonly turn: number;
}

/** Two rows along the street, and a house across each end. */
export function buildHouses(scene: Scene): void {
  const list: House[] = [];
  for (const side of [-1, 1]) {
    let z = STREET.from - 6;
    for (let k = 0; z < STREET.to + 6; k++) {
      const bays = 3 + ((3 * k + side + 5) % 3);
      const floors = 2 + ((k * 2 + side + 3) % 3 > 0 ? 1 : 0);
      list.push({ bays, floors, x: side * STREET.side, z: z + (bays * BAY) / 2, turn: (side * Math.PI) / 2 });
      z += bays * BAY;
    }
  }
  list.push({ bays: 6, floors: 3, x: 0, z: STREET.to + 5, turn: 0 });
  list.push({ bays: 6, floors: 3, x: 0, z: STREET.from - 5, turn: Math.PI });
  for (const [k, house] of list.entries()) build(scene, house, k);
}

function build(scene: Scene, { bays, floors, x, z, turn }: House, k: number): void {
  const [width, height, depth] = [bays * BAY, floors * FLOOR, 5];
  const colour = WALLS[(k * 2) % WALLS.length]!;
  const [ahead, aside] = [Math.sin(turn), Math.cos(turn)];
  const box = (name: string, high: number, deep: number, y: number, out: number, paint: string): void => {
    const mesh = CreateBox(`${name}${k}`, { width: width + 2 * out, height: high, depth: deep }, scene);
    // Its front stands `out` before the house's.
    const back = deep / 2 - out;
    mesh.position.set(x + ahead * back, y, z + aside * back);
    mesh.rotation.y = turn;
    mesh.material = plain(scene, paint);
  };
  box('walls', height, depth, height / 2, 0, colour);
  box('cornice', 0.22, depth, height - 0.1, 0.14, '#e6dfd2');
  box('roof', 0.9, depth, height + 0.45, 0, '#5b4d48');
  box('plinth', 0.45, 0.4, 0.22, 0.04, '#8a837a');
  // Its door, before the middle window.
  const door = CreateBox(`door${k}`, { width: 1.15, height: 2.4, depth: 0.12 }, scene);
  const along = bays % 2 === 0 ? BAY / 2 : 0;
  door.position.set(x + aside * along, 1.2, z - ahead * along);
  door.rotation.y = turn;
  door.material = plain(scene, DOORS[k % DOORS.length]!);
  const front = CreatePlane(`front${k}`, { width, height }, scene);
  front.position.set(x - ahead * 0.01, height / 2, z - aside * 0.01);
  front.rotation.y = turn;
  front.material = windows(scene, colour, bays, floors);
}

function plain(scene: Scene, colour: string): StandardMaterial {
  const known = scene.getMaterialByName(colour);
  if (known instanceof StandardMaterial) return known;
  const material = new StandardMaterial(colour, scene);
  material.diffuseColor = Color3.FromHexString(colour);
  material.specularColor = Color3.Black();
  return material;
}

function windows(scene: Scene, wall: string, bays: number, floors: number): StandardMaterial {
  const name = `${wall} ${bays} ${floors}`;
  const known = scene.getMaterialByName(name);
  if (known instanceof StandardMaterial) return known;
  return drawnMaterial(scene, name, [bays, floors], (context, size) => {
    const fill = (colour: string, x: number, y: number, w: number, h: number): void => {
      context.fillStyle = colour;
      context.fillRect(x * size, y * size, w * size, h * size);
    };
    fill(wall, 0, 0, 1, 1);
    fill('#efe9dd', 0.25, 0.19, 0.5, 0.58);
    fill('#4d5a66', 0.3, 0.23, 0.4, 0.5);
    // A little sky in the upper panes.
    fill('#7d8c99', 0.3, 0.23, 0.4, 0.18);
    fill('#efe9dd', 0.485, 0.23, 0.03, 0.5);
    fill('#efe9dd', 0.3, 0.4, 0.4, 0.025);
    fill('#d8d0c2', 0.21, 0.77, 0.58, 0.045);
    fill('rgb(0 0 0 / 16%)', 0.22, 0.815, 0.56, 0.015);
  });
}
