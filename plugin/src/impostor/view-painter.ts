import type { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { ImpostorExtension, ViewAngles, ViewSample } from '../asset/index.ts';
import { MARCH_QUALITIES, type MarchQuality } from '../synthesis/index.ts';
import { type Anchors, findAnchors } from './anchors.ts';
import { girthOf, worldLength } from './girth.ts';
import { ImpostorMaterial } from './impostor-material.ts';
import { createImpostorQuad } from './impostor-quad.ts';
import { marchCamera } from './march-camera.ts';
import { type ImpostorDrawing, MarchMaterial } from './march-material.ts';
import { createReliefTextures, type ReliefTextures } from './relief-textures.ts';

/** What one camera is to see of a character. */
export interface ViewShown {
  /** From where the camera looks, in the subject's space. */
  readonly angles: ViewAngles;
  /** Radians that the subject is turned towards the camera, so that it shows another yaw than the camera's. */
  readonly turned: number;
  /** Up to three views about what is shown. */
  readonly samples: readonly ViewSample[];
  /** 0..1 */
  readonly opacity: number;
  /** As `subjectDirection` finds it. */
  readonly handedness: 1 | -1;
}

/** Textures of a character: as its file holds them, or as they are marched through. */
export type ViewPictures =
  | { readonly atlas: BaseTexture; readonly depth?: BaseTexture }
  | { readonly relief: ReliefTextures };

/** A subject reaches .12 of the camera's distance towards it, and looks larger there. */
const QUAD_MARGIN = 1.15;

/** The quad of a character and what is drawn on it: views marched between once their depth is ready, blended until then. */
export class ViewPainter {
  readonly mesh: Mesh;
  /** Resolves when views are marched between, or where they never will be. */
  readonly prepared: Promise<void>;
  /** What the file holds: gone once views are marched between, which takes textures of its own. */
  private stored: {
    readonly blend: ImpostorMaterial;
    readonly atlas: BaseTexture;
    readonly depth: BaseTexture | null;
  } | null;
  private march: { readonly material: MarchMaterial; readonly textures: ReliefTextures } | null = null;
  /** Drawings other than the march, made when a camera first asks for them. */
  private readonly others: Map<ImpostorDrawing, MarchMaterial> = new Map();
  private readonly node: TransformNode;
  private readonly extension: ImpostorExtension;
  /** In the node's space. */
  private readonly girth: number;
  private disposed = false;

  /**
   * @param node     carries the character; the quad hangs from it
   * @param pictures what its file holds, or what it is marched through, which the painter then disposes of
   * @param shape    what throws the character's shadow, which is not to fall on itself
   */
  constructor(
    name: string,
    node: TransformNode,
    extension: ImpostorExtension,
    pictures: ViewPictures,
    shape: Mesh | null,
  ) {
    const scene = node.getScene();
    this.node = node;
    this.extension = extension;
    this.girth = girthOf(shape, extension.pivot);
    this.mesh = createImpostorQuad(scene, `${name}.quad`, extension.frame);
    this.mesh.parent = node;
    this.mesh.position.set(...extension.pivot);
    this.stored = null;
    if ('relief' in pictures) {
      this.marchThrough(name, pictures.relief);
      this.prepared = Promise.resolve();
      return;
    }
    const { atlas, depth = null } = pictures;
    const blend = new ImpostorMaterial(`${name}.material`, scene, extension, atlas);
    this.stored = { blend, atlas, depth };
    this.mesh.material = blend;
    this.prepared = depth ? this.prepareMarch(name, scene, atlas, depth) : Promise.resolve();
  }

  /** Whether views are marched between. */
  get isMarching(): boolean {
    return this.march !== null;
  }

  /** As stored: codes in red and green; null without depth, and once `relief` has taken its place. */
  get depthTexture(): BaseTexture | null {
    return this.stored?.depth ?? null;
  }

  /** What views are marched through; null until they are. */
  get relief(): ReliefTextures | null {
    return this.march?.textures ?? null;
  }

  /** Places that the character can be attached by; where its outline is not known, where they usually are. */
  get anchors(): Anchors {
    return this.march?.textures.anchors ?? findAnchors(this.extension, null);
  }

  /** Turns the quad to the camera and sets what the next draw shows. */
  show(
    camera: Camera,
    { angles: { yaw, pitch }, turned, samples, opacity, handedness }: ViewShown,
    quality: MarchQuality,
    drawing: ImpostorDrawing,
  ): void {
    const { mesh, march, stored } = this;
    const visibility = opacity * mesh.visibility;
    const girth = mesh.receiveShadows ? worldLength(this.node, this.girth) : 0;
    if (march) {
      // Larger than the frame, for what stands before the pivot reaches beyond it.
      mesh.rotation.set(-pitch, -handedness * yaw, 0);
      mesh.scaling.set(handedness * QUAD_MARGIN, QUAD_MARGIN, 1);
      const material = drawing === 'march' ? march.material : this.other(drawing, march);
      mesh.material = material;
      const seen = marchCamera(this.node, this.extension, camera, handedness, turned);
      material.march(MARCH_QUALITIES[quality]);
      material.showViews(samples, seen, visibility, girth);
    } else if (stored) {
      mesh.rotation.set(0, -handedness * yaw, 0);
      mesh.scaling.set(handedness, 1, 1);
      stored.blend.showViews(samples, visibility, girth);
    }
    mesh.computeWorldMatrix(true);
  }

  dispose(): void {
    this.disposed = true;
    this.mesh.dispose();
    this.releaseStored();
    this.march?.material.dispose();
    for (const material of this.others.values()) material.dispose();
    this.march?.textures.colour.dispose();
    this.march?.textures.relief.dispose();
  }

  /** The material of a drawing; the march's until that is compiled, for otherwise there would be nothing. */
  private other(
    drawing: ImpostorDrawing,
    { material, textures }: NonNullable<ViewPainter['march']>,
  ): MarchMaterial {
    let other = this.others.get(drawing);
    if (!other) {
      other = new MarchMaterial(
        `${material.name}.${drawing}`,
        this.mesh.getScene(),
        this.extension,
        textures,
        drawing,
      );
      this.others.set(drawing, other);
    }
    return other.isReady(this.mesh) ? other : material;
  }

  private releaseStored(): void {
    this.stored?.blend.dispose();
    this.stored?.atlas.dispose();
    this.stored?.depth?.dispose();
    this.stored = null;
  }

  private async prepareMarch(
    name: string,
    scene: Scene,
    atlas: BaseTexture,
    depth: BaseTexture,
  ): Promise<void> {
    const textures = await createReliefTextures(scene, this.extension, atlas, depth).catch(
      (error: unknown) => {
        Logger.Warn(`${name}: its depth cannot be read, so views are blended: ${String(error)}`);
        return null;
      },
    );
    if (!textures) return;
    if (this.disposed) {
      textures.colour.dispose();
      textures.relief.dispose();
      return;
    }
    this.marchThrough(name, textures);
    this.releaseStored();
  }

  private marchThrough(name: string, textures: ReliefTextures): void {
    const material = new MarchMaterial(`${name}.march`, this.mesh.getScene(), this.extension, textures);
    this.march = { material, textures };
    this.mesh.material = material;
  }
}
