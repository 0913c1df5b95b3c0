/** A picture in memory: 8-bit RGBA, row-major from the upper left, sRGB, straight alpha. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** width·height·4 bytes. */
  readonly data: Uint8ClampedArray;
}

/** Turns pictures into files and back; `platform/` holds the one that uses sharp. */
export interface ImageCodec {
  /** Any common format to RGBA. */
  decode(bytes: Uint8Array): Promise<RgbaImage>;
  /** Lossless PNG, 8 bits a channel, no colour profile. */
  encodePng(image: RgbaImage): Promise<Uint8Array>;
  /** WebP; `quality` 1..100, or lossless. */
  encodeWebp(image: RgbaImage, options: { quality: number } | { lossless: true }): Promise<Uint8Array>;
  /** Area-averaged or bicubic resize. */
  resize(image: RgbaImage, width: number, height: number): Promise<RgbaImage>;
}
