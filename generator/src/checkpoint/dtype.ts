/** Element types of PyTorch's storages. */
export type DType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** Bytes an element takes. */
export const ITEM_SIZE: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** PyTorch's storage classes by name. */
export const STORAGE_DTYPE: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
]);

/**
 * Little-endian floats of any width as float32.
 *
 * @param bytes a whole number of elements
 * @returns a copy, or null where `dtype` is no floating-point type
 */
export function decodeFloats(bytes: Uint8Array, dtype: DType): Float32Array | null {
  const count = bytes.length / ITEM_SIZE[dtype];
  if (dtype === 'float32') return new Float32Array(alignedCopy(bytes), 0, count);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(alignedCopy(bytes), 0, count));
  if (dtype === 'float16') return decodeHalves(new Uint16Array(alignedCopy(bytes), 0, count));
  if (dtype === 'bfloat16') {
    const bits = Uint32Array.from(new Uint16Array(alignedCopy(bytes), 0, count), (half) => half << 16);
    return new Float32Array(bits.buffer);
  }
  return null;
}

/** Typed arrays need an offset that is a multiple of their element's size, which files do not grant. Node and
 *  browsers run on little-endian machines only, and so do the files. */
function alignedCopy(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

/** IEEE 754 binary16, by moving exponent and mantissa to where binary32 has them; the exponent's bias differs by
 *  112, which a multiplication by 2^112 makes up for. That is exact, for subnormal numbers too. */
function decodeHalves(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  const floats = new Float32Array(bits.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] ?? 0;
    const sign = (half & 0x8000) << 16;
    if ((half & 0x7c00) === 0x7c00) bits[i] = sign | 0x7f800000 | ((half & 0x3ff) << 13);
    else {
      bits[i] = sign | ((half & 0x7fff) << 13);
      floats[i] = (floats[i] ?? 0) * 2 ** 112;
    }
  }
  return floats;
}
