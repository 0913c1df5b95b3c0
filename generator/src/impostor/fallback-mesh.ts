import type { Document, Material, Primitive, Texture } from '@gltf-transform/core';
import { KHRMaterialsUnlit } from '@gltf-transform/extensions';
import type { Atlas } from './atlas.ts';
import { type CharacterViews, middleView } from './character.ts';
import type { CharacterDepth } from './character-depth.ts';
import { type LiftedMesh, liftMesh } from './mesh/index.ts';
import { createQuad } from './quad.ts';
import { sampleSmoothly } from './samplers.ts';

/**
 * What viewers show that do not know the extension: the view nearest to the frontal one, lifted by its depth, or on a
 * quad where there is none. Unlit, as the light is in the pictures.
 *
 * The quad is blended, as a cut at half coverage would lose the soft edge; a single quad has no order to get wrong in
 * itself. The lifted mesh ends on its silhouette, beyond which the atlas continues the colours: it is opaque, closed
 * and one-sided, and sorts with everything.
 * @param character  its views in the atlas' order
 * @param triangles  most of the lifted mesh
 */
export async function createFallback(
  document: Document,
  texture: Texture,
  { views, frame, pivot }: Pick<CharacterViews, 'views' | 'frame' | 'pivot'>,
  { image: { width, height }, rectangles }: Atlas,
  depth: CharacterDepth | null,
  { triangles }: { readonly triangles: number },
): Promise<Primitive> {
  const material = createMaterial(document, texture);
  const middle = middleView(views);
  const rectangle = rectangles[middle]!;
  if (!depth) {
    material.setAlphaMode('BLEND').setDoubleSided(true);
    return createQuad(document, material, { frame, pivot }, rectangle, [width, height]);
  }
  const mesh = await liftMesh(
    { ...views[middle]!, depth: depth.views[middle]!, focal: depth.focal, frameHeight: frame[1] },
    { triangles, texture: { width, height, rectangle } },
  );
  return createLifted(document, material, mesh, pivot);
}

/**
 * Texture coordinates are 16-bit fractions (a 65,535th of an atlas of 8192 is an eighth of a pixel), half the bytes of
 * floats. Normals are left out: an unlit material reads none.
 */
function createLifted(
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
