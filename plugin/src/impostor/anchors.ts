import type { ImpostorExtension, Vector3 } from '../asset/index.ts';

/** Places of a character that it can be attached by, in its node's space. */
export interface Anchors {
  /** The middle of the frame's lower edge. */
  readonly base: Vector3;
  /** The neck's narrowest place, on the axis that views orbit. */
  readonly neck: Vector3;
}

/** Share of a frame's height at which a neck is taken to be where none is seen: under long hair. */
const USUAL_NECK = 0.22;

/** A neck is narrower than this share of the head above it. */
const NARROW = 0.85;

/** Alpha above this counts as the subject. */
const COVERED = 127;

/**
 * Where a character's base and neck are, by the outline of the view that is nearest to the frontal one.
 * @param atlas RGBA bytes, rows from the top; null where they are not known
 */
export function findAnchors(
  { views, atlasSize, pivot: [x, y, z], frame }: ImpostorExtension,
  atlas: Uint8Array | null,
): Anchors {
  const bottom = y - frame[1] / 2;
  const at = (share: number): Vector3 => [x, bottom + share * frame[1], z];
  const turn = (k: number): number => Math.hypot(views[k]!.yaw, views[k]!.pitch);
  const front = views.reduce((best, _, k) => (turn(k) < turn(best) ? k : best), 0);
  const neck = atlas ? neckShare(rowWidths(atlas, atlasSize[0], views[front]!.rectangle)) : USUAL_NECK;
  return { base: at(0), neck: at(neck) };
}

/** Pixels of the subject in each row, from the top. */
function rowWidths(
  atlas: Uint8Array,
  width: number,
  [left, top, w, h]: readonly [number, number, number, number],
): number[] {
  return Array.from({ length: h }, (_, row) => {
    let count = 0;
    for (let column = 0; column < w; column++)
      if (atlas[4 * ((top + row) * width + left + column) + 3]! > COVERED) count++;
    return count;
  });
}

/** How high above the frame's lower edge the neck is, as a share of its height. */
export function neckShare(widths: readonly number[]): number {
  const first = widths.findIndex((width) => width > 0);
  if (first < 0) return USUAL_NECK;
  const widest = (from: number, to: number): number =>
    from + widths.slice(from, to).reduce((best, width, k, part) => (width > part[best]! ? k : best), 0);
  // Shoulders may be wider than the head: it is the upper half that holds the head.
  const head = widest(first, first + Math.ceil((widths.length - first) / 2));
  const below = widths.slice(head);
  const narrowest = below.reduce((best, width, k) => (width < below[best]! ? k : best), 0);
  if (below[narrowest]! > NARROW * widths[head]! || below[narrowest] === 0) return USUAL_NECK;
  return 1 - (head + narrowest + 0.5) / widths.length;
}
