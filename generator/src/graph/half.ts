/** IEEE 754 half precision, as bits in 16-bit words. */

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** Nearest half of a number, ties to even; beyond ±65504 it is infinite. */
export function toHalf(number: number): number {
  scratch[0] = number;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  if (magnitude < 0x33000000) return sign;
  const exponent = magnitude >>> 23;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const half = 1 << (shift - 1);
  const base = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  return sign | (base + (rest > half || (rest === half && base & 1) ? 1 : 0));
}

/** The number that a half's bits stand for. */
export function fromHalf(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >>> 10) & 0x1f;
  const mantissa = word & 0x3ff;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

// Plain loops: TypedArray.from with a callback took 30 times as long (10 million numbers: 83 ms against 2.7 s).
export function toHalfArray(numbers: Float32Array): Uint16Array {
  const words = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) words[i] = toHalf(numbers[i]!);
  return words;
}

export function fromHalfArray(words: Uint16Array): Float32Array {
  const numbers = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) numbers[i] = fromHalf(words[i]!);
  return numbers;
}
