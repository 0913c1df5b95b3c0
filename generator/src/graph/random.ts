/**
 * A seeded generator of pseudo-random numbers: xoshiro128** (Blackman & Vigna 2018), its state filled by splitmix32
 * from any number of keys. A key for each purpose (a parameter's name, a step's number) makes the numbers
 * independent of the order in which they are asked for, so that nothing has to be saved to go on later.
 */
export class Random {
  #state: Uint32Array;
  #spare: number | null = null;

  constructor(...keys: readonly (number | string)[]) {
    let seed = 0x9e3779b9;
    for (const key of keys) for (const word of words(key)) seed = mix(seed ^ word);
    this.#state = Uint32Array.from({ length: 4 }, () => {
      seed = (seed + 0x9e3779b9) >>> 0;
      return mix(seed);
    });
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** Uniform in 0..1, 1 excluded. */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number in 0..count−1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const a = 2 * this.uniform() - 1;
      const b = 2 * this.uniform() - 1;
      const square = a * a + b * b;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = b * scale;
      return a * scale;
    }
  }

  /** The numbers 0..count−1 in random order (Fisher–Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** splitmix32's finaliser. */
function mix(x: number): number {
  let z = x >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** A number as its float64 bits, a string as its UTF-16 units; either ends with its length. */
function words(key: number | string): number[] {
  if (typeof key === 'number') return [...new Uint32Array(Float64Array.of(key).buffer), 2];
  return [...Array.from(key, (_, i) => key.charCodeAt(i)), key.length];
}
