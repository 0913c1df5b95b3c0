import type { Document, Material, Primitive } from '@gltf-transform/core';
import type { Rectangle } from './atlas.ts';
import type { CharacterViews } from './character.ts';

/**
 * The mesh for viewers that do not know the extension: one view on an upright quad through the pivot, facing +Z,
 * as large as the frame there.
 * @param rectangle  the view's place in the atlas
 * @param atlasSize  width and height in pixels
 */
export function createQuad(
  document: Document,
  material: Material,
  { frame, pivot }: Pick<CharacterViews, 'frame' | 'pivot'>,
  rectangle: Rectangle,
  atlasSize: readonly [number, number],
): Primitive {
  const [left, right] = [pivot[0] - frame[0] / 2, pivot[0] + frame[0] / 2];
  const [bottom, top] = [pivot[1] - frame[1] / 2, pivot[1] + frame[1] / 2];
  const z = pivot[2];
  const [x, y, width, height] = rectangle;
  const [u0, u1] = [x / atlasSize[0], (x + width) / atlasSize[0]];
  const [v0, v1] = [y / atlasSize[1], (y + height) / atlasSize[1]];
  const buffer = document.getRoot().listBuffers()[0] ?? document.createBuffer();
  const accessor = (
    type: 'SCALAR' | 'VEC2' | 'VEC3',
    array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  ) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  return document
    .createPrimitive()
    .setMaterial(material)
    .setAttribute(
      'POSITION',
      accessor('VEC3', Float32Array.of(left, bottom, z, right, bottom, z, right, top, z, left, top, z)),
    )
    .setAttribute('TEXCOORD_0', accessor('VEC2', Float32Array.of(u0, v1, u1, v1, u1, v0, u0, v0)))
    .setIndices(accessor('SCALAR', Uint16Array.of(0, 1, 2, 0, 2, 3)));
}
