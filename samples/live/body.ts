import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { DynamicTexture } from '@babylonjs/core/Materials/Textures/dynamicTexture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import { CreateLathe } from '@babylonjs/core/Meshes/Builders/latheBuilder.js';
import { CreateSphere } from '@babylonjs/core/Meshes/Builders/sphereBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** Height of the lower edge of a bust, metres. */
const BUST = 1.23;

/** A coat's outline from hem to collar: half-widths and heights, metres. Its shoulders end where a bust's go on. */
const OUTLINE = [
  [0, 0],
  [0.19, 0],
  [0.21, 0.03],
  [0.18, 0.5],
  [0.165, 0.85],
  [0.185, 1.03],
  [0.2, 1.12],
  [0.2, 1.18],
  [0.185, 1.22],
  [0.155, 1.25],
  [0.11, 1.27],
  [0.06, 1.28],
  [0, 1.282],
] as const;

/** Life size is .3 m for head and shoulders; on a body this plain a head reads better larger. */
export const SCALE = 1.35;

/** A body without a face: a coat, and a head such as dressmakers have. */
export interface Body {
  /** Where a bust's lower edge goes; its +Z is where the body looks. */
  readonly neck: TransformNode;
  /** Stands in for a face. */
  readonly head: Mesh;
}

/**
 * Stands a body on the ground.
 *
 * @param facing  radians about +Y
 * @param hue     degrees, of its coat
 */
export function buildBody(scene: Scene, place: Vector3, facing: number, hue: number): Body {
  const root = new TransformNode('body', scene);
  root.position.copyFrom(place);
  root.rotation.y = facing;
  const coat = new StandardMaterial('coat', scene);
  coat.diffuseColor = Color3.FromHSV(hue, 0.35, 0.42);
  coat.specularColor = Color3.Black();
  const shape = OUTLINE.map(([x, y]) => new Vector3(x, y, 0));
  const trunk = CreateLathe('trunk', { shape, tessellation: 28, closed: true }, scene);
  // People are wider than deep.
  trunk.scaling.z = 0.7;
  trunk.material = coat;
  trunk.parent = root;
  const neck = new TransformNode('neck', scene);
  neck.position.y = BUST;
  neck.parent = root;
  const head = CreateSphere(
    'head',
    { diameterX: 0.21, diameterY: 0.29, diameterZ: 0.24, segments: 16 },
    scene,
  );
  const wood = new StandardMaterial('wood', scene);
  wood.diffuseColor = new Color3(0.78, 0.7, 0.6);
  wood.specularColor = new Color3(0.08, 0.08, 0.08);
  head.material = wood;
  head.position.y = 0.27;
  head.parent = neck;
  shade(scene, root);
  return { neck, head };
}

/** A soft dark patch, so that a body stands rather than hovers. */
function shade(scene: Scene, under: TransformNode): void {
  const known = scene.getMaterialByName('shade');
  const material = known instanceof StandardMaterial ? known : shadeMaterial(scene);
  const patch = CreateGround('shade', { width: 1.1, height: 1.1 }, scene);
  patch.position = new Vector3(0, 0.012, 0);
  patch.material = material;
  patch.parent = under;
}

function shadeMaterial(scene: Scene): StandardMaterial {
  const texture = new DynamicTexture('shade', 128, scene, true);
  const context = texture.getContext() as CanvasRenderingContext2D;
  const soft = context.createRadialGradient(64, 64, 8, 64, 64, 64);
  soft.addColorStop(0, 'rgb(0 0 0 / 60%)');
  soft.addColorStop(1, 'rgb(0 0 0 / 0%)');
  context.fillStyle = soft;
  context.fillRect(0, 0, 128, 128);
  texture.update();
  texture.hasAlpha = true;
  const material = new StandardMaterial('shade', scene);
  material.diffuseTexture = texture;
  material.useAlphaFromDiffuseTexture = true;
  material.disableLighting = true;
  material.emissiveColor = Color3.Black();
  material.diffuseColor = Color3.Black();
  return material;
}
