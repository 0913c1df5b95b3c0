import type { DepthMap } from '../depth/index.ts';
import { isDepth } from '../depth/index.ts';
import type { RgbaImage } from '../image.ts';
import { components, maskOf } from '../matte/mask.ts';
import { MeshError } from './errors.ts';

/**
 * A view as the mesher reads it: coverage and depth on one grid, small enough to triangulate pixel by pixel. Lengths
 * in this folder are in its pixels; at the pivot one pixel across equals `1 / scale` in depth, so depth times
 * `scale` is a length in pixels as well.
 */
export interface Plate {
  readonly width: number;
  readonly height: number;
  /** f32 [H,W], 0..1; the subject's edge is where it passes ½. */
  readonly alpha: Float32Array;
  /** f32 [H,W], the pivot at 1; NaN where unknown. */
  readonly depth: Float32Array;
  /** Pixels for each unit of depth: the focal length in pixels. */
  readonly scale: number;
}

/** Parts and holes below this share of the picture are specks of the matte (8 pixels of 128²). */
const SPECK_SHARE = 8 / 128 ** 2;

/** Parts below this share of the largest one are not the subject. */
const PART_SHARE = 0.01;

/**
 * Brings coverage and depth to the mesher's grid, closes pinholes and drops specks.
 * @param image  alpha is read, colour is not
 * @param focal  focal length in half-widths
 * @param limit  longest side of the grid, in pixels
 */
export function createPlate(image: RgbaImage, depth: DepthMap, focal: number, limit: number): Plate {
  if (image.width !== depth.width || image.height !== depth.height)
    throw new MeshError(
      'size',
      `expected depth [${image.height},${image.width}], got [${depth.height},${depth.width}]`,
    );
  if (!(focal > 0)) throw new MeshError('size', `expected a focal length above 0, got ${focal}`);
  // Halved as often as it takes, so that the usual powers of two fall into equal blocks.
  const shrink = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(image.width, image.height) / limit)));
  const width = Math.round(image.width / shrink);
  const height = Math.round(image.height / shrink);
  const alpha = new Float32Array(width * height);
  const distances = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const block = blockOf(x, y, width, height, image.width, image.height);
      let covered = 0;
      const depths: number[] = [];
      for (const i of block) {
        const a = image.data[4 * i + 3]!;
        covered += a / 255;
        if (a >= 128 && isDepth(depth.data[i]!)) depths.push(depth.data[i]!);
      }
      const o = y * width + x;
      alpha[o] = covered / block.length;
      // One of the block's own depths: a mean across an edge lies on neither side.
      distances[o] = depths.sort((p, q) => p - q)[depths.length >> 1] ?? Number.NaN;
    }
  const cleaned = cleanCoverage(softened(alpha, width, height), width, height);
  return { width, height, alpha: cleaned, depth: distances, scale: (width / 2) * focal };
}

/** Pixels of the large picture under one of the small one. */
function blockOf(
  x: number,
  y: number,
  w: number,
  h: number,
  fullWidth: number,
  fullHeight: number,
): number[] {
  const out: number[] = [];
  for (let py = Math.floor((y * fullHeight) / h); py < Math.floor(((y + 1) * fullHeight) / h); py++)
    for (let px = Math.floor((x * fullWidth) / w); px < Math.floor(((x + 1) * fullWidth) / w); px++)
      out.push(py * fullWidth + px);
  return out;
}

/** Binomial [1,2,1] both ways: straight edges stay, the staircase of a hard mask and single hairs go. */
function softened(alpha: Float32Array, width: number, height: number): Float32Array {
  const once = new Float32Array(alpha.length);
  const out = new Float32Array(alpha.length);
  for (let i = 0; i < alpha.length; i++) {
    const x = i % width;
    const left = x > 0 ? i - 1 : i;
    const right = x < width - 1 ? i + 1 : i;
    once[i] = (alpha[left]! + 2 * alpha[i]! + alpha[right]!) / 4;
  }
  for (let i = 0; i < alpha.length; i++) {
    const above = i >= width ? i - width : i;
    const below = i < width * (height - 1) ? i + width : i;
    out[i] = (once[above]! + 2 * once[i]! + once[below]!) / 4;
  }
  return out;
}

/** In place: specks become background, pinholes the subject. Kept just beyond ½, so that the edge runs past them. */
function cleanCoverage(alpha: Float32Array, width: number, height: number): Float32Array {
  const speck = SPECK_SHARE * width * height;
  const parts = components(
    maskOf(width, height, (i) => alpha[i]! >= 0.5),
    4,
  );
  const largest = Math.max(0, ...parts.sizes);
  if (largest <= speck)
    throw new MeshError(
      'subject',
      `expected a subject of more than ${Math.floor(speck)} pixels, got ${largest}`,
    );
  for (let i = 0; i < alpha.length; i++)
    if (parts.labels[i]! > 0 && parts.sizes[parts.labels[i]!]! < Math.max(speck, PART_SHARE * largest))
      alpha[i] = 0;
  const holes = components(
    maskOf(width, height, (i) => alpha[i]! < 0.5),
    8,
  );
  for (let i = 0; i < alpha.length; i++)
    if (holes.labels[i]! > 0 && holes.sizes[holes.labels[i]!]! < speck) alpha[i] = 1;
  return alpha;
}
