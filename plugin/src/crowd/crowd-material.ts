import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { RawTexture2DArray } from '@babylonjs/core/Materials/Textures/rawTexture2DArray.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import { Vector2, Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import type { AbstractMesh } from '@babylonjs/core/Meshes/abstractMesh.js';
import type { SubMesh } from '@babylonjs/core/Meshes/subMesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { ReliefBytes } from '../impostor/relief-textures.ts';
import { cameraBackwardToRef } from '../impostor/subject-direction.ts';
import { CharacterMaterial } from '../shaders/character-material.ts';
import { CROWD_SHADER, registerCrowdShaders } from '../shaders/register-shaders.ts';
import { CROWD_UNIFORMS } from '../shaders/uniforms.ts';
import { packTable, type TableSubject } from './view-table.ts';

/** A subject of a crowd: what the table says of it, and its pictures. */
export interface CrowdSubject extends TableSubject {
  readonly bytes: ReliefBytes;
}

/** Draws a crowd's members: one material, one table, and one layer a subject of two texture arrays. */
export class CrowdMaterial extends CharacterMaterial {
  private textures: readonly (RawTexture | RawTexture2DArray)[] = [];
  private readonly seenFrom = new Vector4();
  /** Of what a shader is compiled for; the constructor of the class above counts already. */
  declare private changes: number;
  /** The changes, and the fog, that it was last ready with. */
  private readyWith: readonly [changes: number, fog: number] = [-1, -1];
  private readonly backward = new Vector3();

  constructor(name: string, scene: Scene) {
    registerCrowdShaders();
    // Instances are drawn where `world` is asked for.
    const inputs = { world: 'mat4', ...CROWD_UNIFORMS } as const;
    super(name, scene, CROWD_SHADER, ['position', 'slot'], inputs);
    this.forceDepthWrite = true;
    this.setVector4('camera', this.seenFrom);
    this.setFloat('handedness', scene.useRightHandedSystem ? 1 : -1);
  }

  /**
   * As before while nothing has changed that a shader is compiled for: Babylon puts all its defines together every frame to find
   * out, a tenth of what a crowd takes of it. Lights may come and go, so a crowd in shadows is asked anew.
   */
  override isReady(mesh?: AbstractMesh, useInstances?: boolean, subMesh?: SubMesh): boolean {
    const scene = this.getScene();
    const fog = scene.fogEnabled && mesh?.applyFog ? scene.fogMode : Scene.FOGMODE_NONE;
    const same = this.readyWith[0] === this.changes && this.readyWith[1] === fog;
    const plain = mesh && !mesh.receiveShadows && !scene.getEngine().getCaps().multiview;
    if (same && plain && subMesh?.effect?.isReady()) return true;
    const ready = super.isReady(mesh, useInstances, subMesh);
    this.readyWith = ready && plain ? [this.changes, fog] : [-1, -1];
    return ready;
  }

  override setDefine(define: string, value: boolean | string): this {
    this.changes = (this.changes ?? 0) + 1;
    super.setDefine(define, value);
    return this;
  }

  override setTexture(name: string, texture: BaseTexture): this {
    this.changes = (this.changes ?? 0) + 1;
    super.setTexture(name, texture);
    return this;
  }

  /** Takes these subjects in place of those before; a layer is as large as the largest atlas. */
  setSubjects(subjects: readonly CrowdSubject[]): void {
    const scene = this.getScene();
    const sizes = subjects.map(({ extension }) => extension.atlasSize);
    const width = Math.max(1, ...sizes.map(([w]) => w));
    const height = Math.max(1, ...sizes.map(([, h]) => h));
    const { data, ...size } = packTable(subjects);
    const table = new RawTexture(
      data,
      size.width,
      size.height,
      Constants.TEXTUREFORMAT_RGBA,
      scene,
      false,
      false,
      Texture.NEAREST_SAMPLINGMODE,
      Constants.TEXTURETYPE_FLOAT,
    );
    const layers = (channels: number, of: (bytes: ReliefBytes) => Uint8Array, format: number) => {
      const all = new Uint8Array(channels * width * height * Math.max(1, subjects.length));
      for (const [layer, { extension, bytes }] of subjects.entries()) {
        const [w, h] = extension.atlasSize;
        for (let y = 0; y < h; y++)
          all.set(
            of(bytes).subarray(channels * y * w, channels * (y + 1) * w),
            channels * ((layer * height + y) * width),
          );
      }
      const depth = Math.max(1, subjects.length);
      const texture = new RawTexture2DArray(
        all,
        width,
        height,
        depth,
        format,
        scene,
        false,
        false,
        Texture.BILINEAR_SAMPLINGMODE,
      );
      texture.wrapU = Texture.CLAMP_ADDRESSMODE;
      texture.wrapV = Texture.CLAMP_ADDRESSMODE;
      return texture;
    };
    const colour = layers(4, (bytes) => bytes.colour, Constants.TEXTUREFORMAT_RGBA);
    const relief = layers(2, (bytes) => bytes.relief, Constants.TEXTUREFORMAT_RG);
    this.setTexture('table', table);
    this.setTexture('colour', colour);
    this.setTexture('relief', relief);
    this.setVector2('atlasSize', new Vector2(width, height));
    for (const texture of this.textures) texture.dispose();
    this.textures = [table, colour, relief];
  }

  /** What the next draws are seen by. */
  look(camera: Camera): void {
    const scene = this.getScene();
    const parallel = camera.mode === Camera.ORTHOGRAPHIC_CAMERA;
    const { x, y, z } = parallel ? cameraBackwardToRef(camera, this.backward) : camera.globalPosition;
    this.seenFrom.copyFromFloats(x, y, z, parallel ? 0 : 1);
    const high = scene.getEngine().getRenderHeight() * camera.viewport.height;
    this.setFloat('pixelScale', (camera.getProjectionMatrix().m[5]! * high) / 2);
    this.setFloat('linearOutput', scene.imageProcessingConfiguration.applyByPostProcess ? 1 : 0);
  }

  override dispose(forceDisposeEffect?: boolean, forceDisposeTextures?: boolean): void {
    for (const texture of this.textures) texture.dispose();
    super.dispose(forceDisposeEffect, forceDisposeTextures);
  }

  override getClassName(): string {
    return 'CrowdMaterial';
  }
}
