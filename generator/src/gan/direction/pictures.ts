import { DirectionError } from './errors.ts';

/** Pictures of one batch, each f32 [3,size,size], RGB −1..1. */
export interface Pictures {
  readonly size: number;
  readonly images: readonly Float32Array[];
}

/** Side of the pictures that the search compares: larger ones take longer and say no more about a turn. */
export const LARGEST_SIZE = 64;

/**
 * A batch as single pictures, larger ones shrunk to 64² by means of blocks.
 * @param batch f32 [n,3,S,S]
 * @throws DirectionError `direction-input` where the numbers are no n square pictures
 */
export function splitPictures(batch: Float32Array, count: number): Pictures {
  const size = Math.sqrt(batch.length / count / 3);
  if (!Number.isInteger(size) || size < 4)
    throw new DirectionError(
      'direction-input',
      `synthesize: expected ${count} square pictures [3,S,S], got ${batch.length} numbers`,
    );
  const factor = Math.ceil(size / LARGEST_SIZE);
  const small = Math.floor(size / factor);
  const images = Array.from({ length: count }, (_, n) => {
    const image = batch.subarray(n * 3 * size * size, (n + 1) * 3 * size * size);
    return factor === 1 ? image : shrink(image, size, factor, small);
  });
  return { size: small, images };
}

function shrink(image: Float32Array, size: number, factor: number, small: number): Float32Array {
  const out = new Float32Array(3 * small * small);
  const share = 1 / factor ** 2;
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < small * factor; y++)
      for (let x = 0; x < small * factor; x++)
        out[(channel * small + Math.floor(y / factor)) * small + Math.floor(x / factor)]! +=
          share * image[(channel * size + y) * size + x]!;
  return out;
}
