import type { ImageCodec, RgbaImage } from '../../impostor/index.ts';

const QUALITY = 88;

/** A picture as a `data:` address, WebP, for pages that need no other file. */
export async function pictureAddress(images: ImageCodec, image: RgbaImage): Promise<string> {
  const bytes = await images.encodeWebp(image, { quality: QUALITY });
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000)
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return `data:image/webp;base64,${btoa(text)}`;
}
