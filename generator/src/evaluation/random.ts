/**
 * Uniform numbers from a seed, the same on every machine: SplitMix (Steele et al. 2014) at 32 bits, that is, a counter
 * in steps of the golden ratio through MurmurHash3's finaliser. For choosing and resampling, not for cryptography.
 */

const GOLDEN = 0x9e3779b9;

/**
 * A generator of uniform numbers.
 *
 * @param seed  whole number; its lowest 32 bits count
 * @returns a function that gives the next number, 0 ≤ u < 1
 */
export function uniformGenerator(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + GOLDEN) | 0;
    let bits = counter;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
