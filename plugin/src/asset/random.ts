/**
 * Seed → latent as NVIDIA's StyleGAN2 tools draw it: `numpy.random.RandomState(seed).randn(dim)`. MT19937 after
 * Matsumoto and Nishimura (1998), seeded as numpy's `_legacy_seeding` does for a whole number; normal numbers by
 * Marsaglia's polar method in the order of numpy's `legacy_gauss`.
 */
import { AssetError } from './errors.ts';

const SIZE = 624;
const MIDDLE = 397;

/** The generator MT19937. */
class MersenneTwister {
  private readonly state: Uint32Array = new Uint32Array(SIZE);
  private position = SIZE;

  constructor(seed: number) {
    const { state } = this;
    state[0] = seed;
    for (let k = 1; k < SIZE; k++) {
      const before = state[k - 1]!;
      state[k] = Math.imul(1812433253, before ^ (before >>> 30)) + k;
    }
  }

  /** The next 32 bits. */
  next(): number {
    if (this.position === SIZE) this.twist();
    let bits = this.state[this.position++]!;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    bits ^= bits >>> 18;
    return bits >>> 0;
  }

  /** Uniform in 0..1 with 53 bits. */
  nextDouble(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  private twist(): void {
    const { state } = this;
    for (let k = 0; k < SIZE; k++) {
      const bits = (state[k]! & 0x80000000) | (state[(k + 1) % SIZE]! & 0x7fffffff);
      state[k] = state[(k + MIDDLE) % SIZE]! ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    this.position = 0;
  }
}

/**
 * The latent z of a seed, standard normal, the same number for number as numpy's.
 *
 * @param seed  whole number, 0..2³²−1
 * @param dim   how many numbers
 * @returns f64 [dim]; StyleGAN2 reads them as float32
 * @throws AssetError with `code` `seed`
 */
export function seedToLatent(seed: number, dim: number): Float64Array {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new AssetError('seed', `seed: expected a whole number from 0 to 4294967295, got ${seed}`);
  const random = new MersenneTwister(seed);
  const z = new Float64Array(dim);
  for (let k = 0; k < dim; k += 2) {
    let x: number, y: number, square: number;
    do {
      x = 2 * random.nextDouble() - 1;
      y = 2 * random.nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    // numpy hands out the second of a pair first.
    z[k] = scale * y;
    if (k + 1 < dim) z[k + 1] = scale * x;
  }
  return z;
}
