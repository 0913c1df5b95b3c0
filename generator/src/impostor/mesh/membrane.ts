import { neighbours } from './repair-depth.ts';

/** Over-relaxation: near the optimum for regions of about a hundred pixels. */
const RELAXATION = 1.9;

/** A pass that changes no pixel by more than this share of the largest value is the last. */
const TOLERANCE = 1e-5;

export interface Membrane {
  /** 1 where the membrane is. */
  readonly inside: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Value of pixels that keep it, NaN for those that are free. */
  readonly held: ArrayLike<number>;
  /** Δm + leak·m = −pressure. */
  readonly pressure: number;
  readonly leak: number;
  /** Outside the silhouette m is 0; otherwise nothing flows over it. Nothing ever flows over the frame. */
  readonly clamped: boolean;
}

/** The height of a membrane that is held, pressed, and tied by springs: f64 [H,W], by successive over-relaxation. */
export function solveMembrane(membrane: Membrane): Float64Array {
  const { inside, width, height, held, pressure, leak, clamped } = membrane;
  const out = new Float64Array(inside.length);
  const free: number[] = [];
  const starts = [0];
  const beside: number[] = [];
  let [sum, count] = [0, 0];
  for (let i = 0; i < out.length; i++) {
    if (!inside[i]) continue;
    const value = held[i]!;
    if (!Number.isNaN(value)) {
      out[i] = value;
      sum += value;
      count++;
      continue;
    }
    const around = neighbours(i, width, height).filter((j) => inside[j] === 1 || clamped);
    if (around.length === 0) continue;
    free.push(i);
    beside.push(...around);
    starts.push(beside.length);
  }
  if (count > 0) for (const i of free) out[i] = sum / count;
  // Typed, because these loops are most of the time that a mesh takes.
  const [pixels, ends, links] = [Int32Array.from(free), Int32Array.from(starts), Int32Array.from(beside)];
  for (let pass = 0; pass < 4 * (width + height); pass++) {
    let [most, change] = [0, 0];
    for (let k = 0; k < pixels.length; k++) {
      const i = pixels[k]!;
      let total = pressure;
      for (let j = ends[k]!; j < ends[k + 1]!; j++) total += out[links[j]!]!;
      const step = RELAXATION * (total / (ends[k + 1]! - ends[k]! + leak) - out[i]!);
      out[i]! += step;
      most = Math.max(most, Math.abs(out[i]!));
      change = Math.max(change, Math.abs(step));
    }
    if (change <= TOLERANCE * most) break;
  }
  return out;
}
