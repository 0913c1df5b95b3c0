import { describe, expect, it } from 'vitest';
import { decodeFloats } from '../../../generator/src/checkpoint/dtype.ts';

const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);
const bytesOf = (array: Uint16Array | Float64Array | Float32Array) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** IEEE 754-2019, 3.4: binary16 from its fields. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * 2 ** -14 * (mantissa / 1024);
  return sign * 2 ** (exponent - 15) * (1 + mantissa / 1024);
}

describe('element types', () => {
  it('decodes all 65,536 half-precision numbers', () => {
    expect([...decodeFloats(bytesOf(ALL), 'float16')!]).toEqual([...ALL].map(half));
  });

  it('decodes all bfloat16 numbers as the upper halves of float32', () => {
    const view = new DataView(new ArrayBuffer(4));
    const expected = [...ALL].map((bits) => {
      view.setUint32(0, bits * 65536);
      return view.getFloat32(0);
    });
    expect([...decodeFloats(bytesOf(ALL), 'bfloat16')!]).toEqual(expected);
  });

  it('rounds doubles to float32', () => {
    const doubles = Float64Array.of(0.1, -1e300, 1 + 2 ** -30);
    expect([...decodeFloats(bytesOf(doubles), 'float64')!]).toEqual([
      Math.fround(0.1),
      Number.NEGATIVE_INFINITY,
      1,
    ]);
  });

  it('copies float32 from any offset', () => {
    const bytes = new Uint8Array(9);
    bytes.set(bytesOf(Float32Array.of(1.5, -2)), 1);
    const floats = decodeFloats(bytes.subarray(1), 'float32')!;
    bytes.fill(0);
    expect([...floats]).toEqual([1.5, -2]);
  });

  it('knows that integers are no weights', () => {
    expect(decodeFloats(new Uint8Array(8), 'int64')).toBeNull();
  });
});
