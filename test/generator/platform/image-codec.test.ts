import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../../generator/src/impostor/image.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';

const codec = createImageCodec();

const images = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: 4 * width * height, maxLength: 4 * width * height })
      .map((bytes): RgbaImage => ({ width, height, data: new Uint8ClampedArray(bytes) })),
  );

/** Smooth colours, with a transparent half whose colours must survive. */
function gradient(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set([40 + 2 * x, 200 - 2 * y, 100 + x, x < width / 2 ? 0 : 4 * y], 4 * (y * width + x));
  return { width, height, data };
}

/** Types of a PNG's chunks. */
function pngChunks(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const types: string[] = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at))
    types.push(new TextDecoder().decode(bytes.subarray(at + 4, at + 8)));
  return types;
}

describe('image codec', () => {
  it('keeps every bit in PNG and in lossless WebP, colours under alpha 0 too', async () => {
    await fc.assert(
      fc.asyncProperty(images, async (image) => {
        expect(await codec.decode(await codec.encodePng(image))).toEqual(image);
        expect(await codec.decode(await codec.encodeWebp(image, { lossless: true }))).toEqual(image);
      }),
      { numRuns: 15 },
    );
  });

  it('writes PNG without colour profile or gamma', async () => {
    const plain = ['IHDR', 'IDAT', 'IEND'];
    const chunks = pngChunks(await codec.encodePng(gradient(40, 30)));
    expect([...new Set(chunks)].filter((type) => !plain.includes(type) && type !== 'pHYs')).toEqual([]);
    const grey = { width: 3, height: 2, data: Uint16Array.of(0, 1, 2, 3, 4, 65535) };
    const greyChunks = pngChunks(await codec.encodeGrey16Png(grey));
    expect([...new Set(greyChunks)].filter((type) => !plain.includes(type) && type !== 'pHYs')).toEqual([]);
  });

  it('keeps alpha exactly and colours nearly in lossy WebP, beyond the alpha too', async () => {
    const image = gradient(64, 48);
    const decoded = await codec.decode(await codec.encodeWebp(image, { quality: 90 }));
    for (let i = 0; i < image.data.length; i += 4) {
      expect(decoded.data[i + 3]).toBe(image.data[i + 3]);
      for (let c = 0; c < 3; c++)
        expect(Math.abs(decoded.data[i + c]! - image.data[i + c]!)).toBeLessThan(12);
    }
  });

  it('writes the same bytes for the same picture', async () => {
    const image = gradient(32, 32);
    expect(await codec.encodePng(image)).toEqual(await codec.encodePng(image));
    expect(await codec.encodeWebp(image, { quality: 80 })).toEqual(
      await codec.encodeWebp(image, { quality: 80 }),
    );
  });

  it('averages when it shrinks, and keeps a plain colour whatever the size', async () => {
    const checks: RgbaImage = { width: 16, height: 16, data: new Uint8ClampedArray(1024) };
    for (let i = 0; i < 256; i++) checks.data.set([(i + (i >> 4)) % 2 === 0 ? 255 : 0, 100, 7, 255], 4 * i);
    const small = await codec.resize(checks, 4, 4);
    expect([small.width, small.height]).toEqual([4, 4]);
    for (let i = 0; i < 16; i++) {
      expect(Math.abs(small.data[4 * i]! - 127)).toBeLessThan(25);
      expect([...small.data.subarray(4 * i + 1, 4 * i + 4)]).toEqual([100, 7, 255]);
    }
    const large = await codec.resize(checks, 31, 50);
    expect([large.width, large.height, large.data.length]).toEqual([31, 50, 31 * 50 * 4]);
  });

  it('keeps 16-bit grey exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint16Array({ minLength: 12, maxLength: 12 }), async (data) => {
        const image = { width: 4, height: 3, data };
        expect(await codec.decodeGrey16(await codec.encodeGrey16Png(image))).toEqual(image);
      }),
      { numRuns: 20 },
    );
  });

  it('stands pictures upright that a camera was turned for', async () => {
    const { data } = gradient(12, 8);
    // 6: the picture's right side is up.
    const turned = await sharp(data, { raw: { width: 12, height: 8, channels: 4 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const upright = await codec.decode(new Uint8Array(turned));
    expect([upright.width, upright.height]).toEqual([8, 12]);
    // Its upper left pixel is the stored lower left one.
    expect([...upright.data.subarray(0, 3)]).toEqual([...data.subarray(4 * 7 * 12, 4 * 7 * 12 + 3)]);
  });

  it('refuses what is no picture', async () => {
    await expect(codec.decode(new TextEncoder().encode('no picture'))).rejects.toThrow();
  });

  it.skipIf(!hasShared)(`reads the depth of the shared sweeps${sharedReason}`, async () => {
    const depth = await codec.decodeGrey16(readFileSync(portraits('sweeps', '00', '24.depth.png')));
    expect([depth.width, depth.height]).toEqual([128, 128]);
    const seen = [...depth.data].filter((value) => value > 0).map((value) => value / 4000);
    expect(seen.length).toBeGreaterThan(4000);
    expect(Math.min(...seen)).toBeGreaterThan(12);
    expect(Math.max(...seen)).toBeLessThan(16);
  });
});
