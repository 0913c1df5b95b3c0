import { denoiseDepth } from './denoise-depth.ts';
import { MeshError } from './errors.ts';
import type { Plate } from './plate.ts';

/** Depth farther from the subject's median than this many (robust) standard deviations is no part of it. */
const OUTLIER_FACTOR = 8;

/** Least standard deviation that outliers are judged by, in units of depth: what is flat for the most part may have a nose. */
const LEAST_DEVIATION = 0.015;

/** Pieces of surface with steep sides all round and below this share of the picture are mistakes (12 pixels of 128²). */
const PIECE_SHARE = 12 / 128 ** 2;

/**
 * A depth for every pixel: the subject's, and beyond it the nearest one's. Out go what cannot be the subject's (the backdrop in the
 * pixels of the rim, above all), noise, and small pieces that stand off from all around them; what
 * is then missing spans smoothly between what is known.
 * @param maxSlope  depth over width; neighbours that differ by more are not one surface
 * @returns f32 [H,W], without gaps
 */
export function repairDepth(plate: Plate, maxSlope: number): Float32Array {
  const { width, height, alpha, scale } = plate;
  const inside = Uint8Array.from(alpha, (a) => (a >= 0.5 ? 1 : 0));
  const known = withoutOutliers(plate.depth, inside);
  const smooth = denoiseDepth(known, width, height, scale);
  const step = maxSlope / scale;
  const kept = withoutSmallPieces(smooth, inside, width, height, step);
  if (!kept.some((value) => !Number.isNaN(value)))
    throw new MeshError('subject', 'expected depth within the mask, got none that holds together');
  // Along the subject first, so that depth does not leap over a gap between hair and shoulder.
  const along = spread(kept, width, height, (i) => inside[i] === 1);
  const filled = spread(along, width, height, () => true);
  relax(filled, kept, inside, width, height);
  return filled;
}

function withoutOutliers(depth: Float32Array, inside: Uint8Array): Float32Array {
  const out = depth.map((value, i) => (inside[i] ? value : Number.NaN));
  const values = out.filter((value) => !Number.isNaN(value)).sort();
  const median = values[values.length >> 1] ?? Number.NaN;
  const distances = values.map((value) => Math.abs(value - median)).sort();
  const deviation = Math.max(LEAST_DEVIATION, 1.4826 * (distances[distances.length >> 1] ?? 0));
  return out.map((value) => (Math.abs(value - median) <= OUTLIER_FACTOR * deviation ? value : Number.NaN));
}

/**
 * Pieces are pixels joined by steps below `step`. Small ones become unknown; at the subject's rim, where a round head
 * does fall off so steeply, they stay, drawn to within a step of the surface beside them.
 */
function withoutSmallPieces(
  depth: Float32Array,
  inside: Uint8Array,
  width: number,
  height: number,
  step: number,
): Float32Array {
  const labels = new Int32Array(depth.length);
  const sizes = [0];
  for (let start = 0; start < depth.length; start++) {
    if (labels[start] || Number.isNaN(depth[start]!)) continue;
    const label = sizes.length;
    const stack = [start];
    labels[start] = label;
    let size = 0;
    while (stack.length > 0) {
      const i = stack.pop()!;
      size++;
      for (const j of neighbours(i, width, height)) {
        if (labels[j] || !(Math.abs(depth[j]! - depth[i]!) <= step)) continue;
        labels[j] = label;
        stack.push(j);
      }
    }
    sizes.push(size);
  }
  const least = Math.min(PIECE_SHARE * width * height, Math.max(...sizes));
  const out = depth.slice();
  for (let i = 0; i < out.length; i++) {
    if (labels[i] === 0 || sizes[labels[i]!]! >= least) continue;
    const around = neighbours(i, width, height);
    const base = around.filter((j) => sizes[labels[j]!]! >= least).map((j) => depth[j]!);
    const rim = around.some((j) => !inside[j]);
    out[i] =
      rim && base.length > 0
        ? Math.min(Math.max(...base) + step, Math.max(Math.min(...base) - step, depth[i]!))
        : Number.NaN;
  }
  return out;
}

/** Unknown pixels that `wanted` names take the nearest known one's depth, ring by ring. */
function spread(
  depth: Float32Array,
  width: number,
  height: number,
  wanted: (i: number) => boolean,
): Float32Array {
  const out = depth.slice();
  let front: number[] = [];
  for (let i = 0; i < out.length; i++) if (!Number.isNaN(out[i]!)) front.push(i);
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front)
      for (const j of neighbours(i, width, height)) {
        if (!Number.isNaN(out[j]!) || !wanted(j)) continue;
        out[j] = out[i]!;
        next.push(j);
      }
    front = next;
  }
  return out;
}

/** Laplace's equation over the pixels that were unknown, in place: a soap film across each hole. */
function relax(
  depth: Float32Array,
  known: Float32Array,
  inside: Uint8Array,
  width: number,
  height: number,
): void {
  const free: number[] = [];
  for (let i = 0; i < depth.length; i++) if (inside[i] && Number.isNaN(known[i]!)) free.push(i);
  const passes = Math.min(400, 20 + free.length);
  for (let pass = 0; pass < passes; pass++)
    for (const i of free) {
      let [sum, count] = [0, 0];
      for (const j of neighbours(i, width, height)) {
        if (!inside[j]) continue;
        sum += depth[j]!;
        count++;
      }
      if (count > 0) depth[i] = sum / count;
    }
}

/** The four pixels beside one, as far as there are. */
export function neighbours(i: number, width: number, height: number): number[] {
  const x = i % width;
  const out: number[] = [];
  if (x > 0) out.push(i - 1);
  if (x < width - 1) out.push(i + 1);
  if (i >= width) out.push(i - width);
  if (i < width * (height - 1)) out.push(i + width);
  return out;
}
