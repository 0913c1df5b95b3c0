import { CharacterError } from './errors.ts';
import { type StoredImage, wholeGlb } from './read-character.ts';
import { characterIO } from './write-character.ts';

/** The mesh that a character's file holds for other viewers. */
export interface CharacterMesh {
  /** f32 [3V], metres, in the node's space. */
  readonly positions: Float32Array;
  /** f32 [2V], from the upper left. */
  readonly uvs: Float32Array;
  /** [3T], counter-clockwise from outside. */
  readonly indices: Uint32Array;
  readonly texture: StoredImage;
}

/** @throws CharacterError `not-glb`, or `not-a-character` for a file without a textured mesh */
export async function readCharacterMesh(bytes: Uint8Array): Promise<CharacterMesh> {
  const document = await wholeGlb(() => characterIO().readBinary(new Uint8Array(bytes)));
  const primitive = document.getRoot().listMeshes()[0]?.listPrimitives()[0];
  const [positions, uvs, indices] = [
    primitive?.getAttribute('POSITION'),
    primitive?.getAttribute('TEXCOORD_0'),
    primitive?.getIndices(),
  ];
  const texture = primitive?.getMaterial()?.getBaseColorTexture();
  const image = texture?.getImage();
  if (!positions || !uvs || !indices || !texture || !image)
    throw new CharacterError('not-a-character', 'character: expected a textured mesh, found none');
  const numbers = (accessor: typeof positions, size: number): Float32Array => {
    const out = new Float32Array(size * accessor.getCount());
    const element: number[] = [];
    // Elements, not the array: quantized numbers come as the fractions that they stand for.
    for (let k = 0; k < accessor.getCount(); k++) out.set(accessor.getElement(k, element), size * k);
    return out;
  };
  return {
    positions: numbers(positions, 3),
    uvs: numbers(uvs, 2),
    indices: Uint32Array.from(indices.getArray()!),
    texture: { mimeType: texture.getMimeType(), bytes: image },
  };
}
