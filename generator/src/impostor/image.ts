/** A picture in memory: 8-bit RGBA, row-major from the upper left, sRGB, straight alpha. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** width·height·4 bytes. */
  readonly data: Uint8ClampedArray;
}

/** A picture as networks see it: f32 [3,H,W], sRGB, −1..1, not clamped, rows from the top. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** 3·height·width numbers: the red plane, the green, the blue. */
  readonly data: Float32Array;
}

/** One 16-bit number a pixel, row-major from the upper left: depth. */
export interface GreyImage16 {
  readonly width: number;
  readonly height: number;
  readonly data: Uint16Array;
}

/** Turns pictures into files and back; `platform/` holds the one that uses sharp. */
export interface ImageCodec {
  /** Any common format to RGBA. */
  decode(bytes: Uint8Array): Promise<RgbaImage>;
  /** Lossless PNG, 8 bits a channel, no colour profile. */
  encodePng(image: RgbaImage): Promise<Uint8Array>;
  /** WebP; `quality` 1..100, or lossless. Alpha is always lossless, and colour under alpha 0 is kept. */
  encodeWebp(image: RgbaImage, options: { quality: number } | { lossless: true }): Promise<Uint8Array>;
  /** Animated WebP of pictures of one size, without end; `quality` 1..100, alpha kept. */
  encodeAnimation(
    frames: readonly RgbaImage[],
    options: { quality: number; framesPerSecond: number },
  ): Promise<Uint8Array>;
  /** Area-averaged or bicubic resize. */
  resize(image: RgbaImage, width: number, height: number): Promise<RgbaImage>;
  /** A grey PNG of 16 bits (8 bits are spread over 0..65535). */
  decodeGrey16(bytes: Uint8Array): Promise<GreyImage16>;
  /** Lossless grey PNG of 16 bits, no colour profile. */
  encodeGrey16Png(image: GreyImage16): Promise<Uint8Array>;
}

/** An image of a batch f32 [N,3,H,W]: a view of the batch's memory, no copy. */
export function imageOfBatch(batch: Float32Array, index: number, width: number, height: number): RgbImage {
  const size = 3 * width * height;
  if ((index + 1) * size > batch.length)
    throw new RangeError(
      `batch: expected at least ${index + 1} images [3,${height},${width}], got ${batch.length} elements`,
    );
  return { width, height, data: batch.subarray(index * size, (index + 1) * size) };
}

/** 8 bits from −1..1, as StyleGAN2's own tools round: clamp(127.5·x + 128), truncated. */
export function toByte(x: number): number {
  return Math.min(255, Math.max(0, Math.floor(127.5 * x + 128)));
}

/** −1..1 from 8 bits: the middle of what `toByte` maps there, so that the way back is exact. */
export function fromByte(byte: number): number {
  return (byte - 127.5) / 127.5;
}

/** Opaque 8-bit picture of a network's image. */
export function toRgba({ width, height, data }: RgbImage): RgbaImage {
  const size = width * height;
  const out = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) out[4 * i + c] = toByte(data[c * size + i]!);
    out[4 * i + 3] = 255;
  }
  return { width, height, data: out };
}

/** A network's image of a picture; alpha is ignored. */
export function toRgb({ width, height, data }: RgbaImage): RgbImage {
  const size = width * height;
  const out = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) out[c * size + i] = fromByte(data[4 * i + c]!);
  return { width, height, data: out };
}
