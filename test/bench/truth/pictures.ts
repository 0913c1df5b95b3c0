/** Reads the files of the portraits data into what networks and metrics take. */
import sharp from 'sharp';
import { fromByte, type RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';

/** Depth files hold this many steps for a decimetre (portraits/README.md). */
const DEPTH_STEPS = 4000;

/** The camera's distance from the pivot in decimetres: our unit of length. */
const CAMERA_DISTANCE = 14;

/**
 * Focal length of the portraits' camera in half-widths of the picture: 9.21, a field of view of 12.4°. The truth test
 * fixes it, for images do not say it over so narrow a view (calibration.md).
 */
export const FOCAL: number = CAMERA_DISTANCE / 1.52;

const readable = (path: string) => (error: Error) => {
  throw new TruthError('data', `${path}: expected a picture, got: ${error.message}`);
};

/** A square picture as f32 [3,S,S], RGB −1..1. */
export async function readRgb(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(readable(path));
  const size = info.width * info.height;
  const out = new Float32Array(3 * size);
  for (let k = 0; k < size; k++)
    for (let c = 0; c < 3; c++) out[c * size + k] = fromByte(data[k * info.channels + c]!);
  return { width: info.width, height: info.height, data: out };
}

/** Coverage f32 [S,S], 0..1. */
export async function readMask(path: string): Promise<Float32Array> {
  const bytes = await sharp(path).extractChannel(0).raw({ depth: 'uchar' }).toBuffer().catch(readable(path));
  return Float32Array.from(bytes, (byte) => byte / 255);
}

/** Depth f32 [S,S] in our unit, the pivot at 1; 0 where there is no subject. */
export async function readDepth(path: string): Promise<Float32Array> {
  const bytes = await sharp(path)
    .toColourspace('grey16')
    .extractChannel(0)
    .raw({ depth: 'ushort' })
    .toBuffer()
    .catch(readable(path));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from(
    { length: bytes.byteLength / 2 },
    (_, k) => view.getUint16(2 * k, true) / DEPTH_STEPS / CAMERA_DISTANCE,
  );
}
