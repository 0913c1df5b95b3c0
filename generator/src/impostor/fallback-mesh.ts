import type { Document, Material, Primitive, Texture } from '@gltf-transform/core';
import { KHRMaterialsUnlit } from '@gltf-transform/extensions';
import type { Atlas } from './atlas.ts';
import { type CharacterViews, middleView } from './character.ts';
import type { CharacterDepth } from './character-depth.ts';
import { fuseMesh } from './fusion/index.ts';
import type { RgbaImage } from './image.ts';
import { type LiftedMesh, liftMesh } from './mesh/index.ts';
import { createQuad } from './quad.ts';
import { sampleSmoothly } from './samplers.ts';

/** Fewer views, or less of a turn between them (radians), say too little about the sides of a head. */
const FUSED = { views: 3, turn: 0.5 } as const;

/** Whether views are enough, and far enough apart, to fuse a mesh of. */
export function isFusible(views: readonly { readonly yaw: number }[]): boolean {
  const yaws = views.map(({ yaw }) => yaw);
  return views.length >= FUSED.views && Math.max(...yaws) - Math.min(...yaws) >= FUSED.turn;
}

/** What the mesh of a character's file is made with. */
export interface FallbackTools {
  /** The colour atlas. */
  readonly colour: Texture;
  readonly atlas: Atlas;
  readonly depth: CharacterDepth | null;
  /** Most triangles. */
  readonly triangles: number;
  /** `quad`: a quad even where there is depth. */
  readonly mesh: 'solid' | 'quad';
  /** Adds a texture that does not repeat. */
  addTexture(name: string, image: RgbaImage): Promise<Texture>;
}

/**
 * What viewers show that do not know the extension: all views fused to one closed, textured mesh; of too few views to fuse,
 * the one nearest to the front lifted by its depth, or on a quad where there is no depth. Unlit, as the light is in the
 * pictures.
 *
 * The quad is blended, as a cut at half coverage would lose the soft edge; a single quad has no order to get wrong in
 * itself. The others are opaque, closed and one-sided, and sort with everything.
 * @param character  its views in the atlas' order
 */
export async function createFallback(
  document: Document,
  { views, frame, pivot }: Pick<CharacterViews, 'views' | 'frame' | 'pivot'>,
  { colour, atlas, depth, triangles, mesh: kind, addTexture }: FallbackTools,
): Promise<Primitive> {
  const { image, rectangles } = atlas;
  const middle = middleView(views);
  if (!depth || kind === 'quad') {
    const material = createMaterial(document, colour).setAlphaMode('BLEND').setDoubleSided(true);
    return createQuad(document, material, { frame, pivot }, rectangles[middle]!, [image.width, image.height]);
  }
  const lens = { focal: depth.focal, frameHeight: frame[1] };
  if (isFusible(views)) {
    const solid = views.map((view, k) => ({ ...view, depth: depth.views[k]! }));
    const mesh = await fuseMesh(solid, lens, { triangles });
    const texture = await addTexture('surface', mesh.texture);
    return createSolid(document, createMaterial(document, texture), mesh, pivot);
  }
  const mesh = await liftMesh(
    { ...views[middle]!, depth: depth.views[middle]!, ...lens },
    { triangles, texture: { width: image.width, height: image.height, rectangle: rectangles[middle]! } },
  );
  return createSolid(document, createMaterial(document, colour), mesh, pivot);
}

/**
 * Texture coordinates are 16-bit fractions (a 65,535th of an atlas of 8192 is an eighth of a pixel), half the bytes of
 * floats. Normals are left out: an unlit material reads none.
 */
function createSolid(
  document: Document,
  material: Material,
  { positions, uvs, indices }: LiftedMesh,
  pivot: CharacterViews['pivot'],
): Primitive {
  const buffer = document.getRoot().listBuffers()[0]!;
  const accessor = (
    type: 'SCALAR' | 'VEC2' | 'VEC3',
    array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
  ) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const fractions = Uint16Array.from(uvs, (value) => Math.round(65535 * Math.min(1, Math.max(0, value))));
  const corners = Float32Array.from(positions, (value, k) => value + pivot[k % 3]!);
  // Index 65535 would restart the primitive.
  const narrow = corners.length / 3 <= 65535;
  return document
    .createPrimitive()
    .setMaterial(material)
    .setAttribute('POSITION', accessor('VEC3', corners))
    .setAttribute('TEXCOORD_0', accessor('VEC2', fractions).setNormalized(true))
    .setIndices(accessor('SCALAR', narrow ? Uint16Array.from(indices) : Uint32Array.from(indices)));
}

function createMaterial(document: Document, texture: Texture): Material {
  const material = document
    .createMaterial('colour')
    .setBaseColorTexture(texture)
    .setMetallicFactor(0)
    .setExtension(
      KHRMaterialsUnlit.EXTENSION_NAME,
      document.createExtension(KHRMaterialsUnlit).createUnlit(),
    );
  sampleSmoothly(material.getBaseColorTextureInfo()!);
  return material;
}
