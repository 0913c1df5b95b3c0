import type { Pca } from '../gan/latents/index.ts';
import { PipelineError } from './platform.ts';

/** `pca.bin`: little-endian float32: mean [D], deviations [D], components [D,D]. */
export const PCA_FILE = 'pca.bin';

export function packPca({ mean, deviations, components }: Pca): Uint8Array {
  const numbers = [mean, deviations, components];
  const view = new DataView(new ArrayBuffer(4 * numbers.reduce((n, part) => n + part.length, 0)));
  let at = 0;
  for (const part of numbers)
    for (const number of part) {
      view.setFloat32(at, number, true);
      at += 4;
    }
  return new Uint8Array(view.buffer);
}

export function unpackPca(bytes: Uint8Array, dim: number): Pca {
  const expected = 4 * dim * (dim + 2);
  if (bytes.byteLength !== expected)
    throw new PipelineError(
      'pca',
      `${PCA_FILE}: expected ${expected} bytes for W of ${dim}, got ${bytes.byteLength}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: dim * (dim + 2) }, (_, k) => view.getFloat32(4 * k, true));
  return {
    dim,
    mean: numbers.slice(0, dim),
    deviations: numbers.slice(dim, 2 * dim),
    components: numbers.slice(2 * dim),
  };
}
