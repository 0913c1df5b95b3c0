/** Sweeps to learn from: subjects × views at one size, 8 bits a channel to fit in memory. */
export interface SweepSet {
  readonly subjects: number;
  readonly views: number;
  /** Pixels along each side. */
  readonly side: number;
  /** u8 [subjects,views,3,S,S], sRGB */
  readonly images: Uint8Array;
  /** u8 [subjects,views,S,S], 255 on the subject */
  readonly masks: Uint8Array;
  /** Place of each view along the sweep, in the order of the views: x for a GAN, the view's number for a turntable. */
  readonly places: Float32Array;
}

/** A batch's pictures, as the training graph takes them. */
export interface ViewBatch {
  /** f32 [B,3,S,S], −1..1 */
  readonly image: Float32Array;
  /** f32 [B,1,S,S], 0..1 */
  readonly mask: Float32Array;
  /** f32 [B,1,S,S], the convex blob of the warm-up */
  readonly blob: Float32Array;
}

/** Which view of which subject, and whether mirrored. */
export interface ViewChoice {
  readonly subject: number;
  readonly view: number;
  readonly mirrored: boolean;
}

/**
 * The view that stands beside one: the next, and for the last the one before it, whose turn is that of a mirrored sweep.
 */
export const nextView = ({ views }: Pick<SweepSet, 'views'>, choice: ViewChoice): ViewChoice => ({
  ...choice,
  view: choice.view + 1 < views ? choice.view + 1 : choice.view - 1,
});

/** Depth of the warm-up's blob: BLOB_FAR outside, less by BLOB_RELIEF where the blurred mask is full. */
const BLOB_FAR = 1.04;
const BLOB_RELIEF = 0.11;

/** Unpacks views. */
export function readViews(set: SweepSet, choices: readonly ViewChoice[]): ViewBatch {
  const { side } = set;
  const area = side * side;
  const image = new Float32Array(choices.length * 3 * area);
  const mask = new Float32Array(choices.length * area);
  const blob = new Float32Array(choices.length * area);
  choices.forEach(({ subject, view, mirrored }, b) => {
    const at = subject * set.views + view;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const from = y * side + (mirrored ? side - 1 - x : x);
        const to = y * side + x;
        for (let c = 0; c < 3; c++)
          image[(b * 3 + c) * area + to] = set.images[(at * 3 + c) * area + from]! / 127.5 - 1;
        mask[b * area + to] = set.masks[at * area + from]! / 255;
      }
    const soft = blur(mask.subarray(b * area, (b + 1) * area), side, Math.max(1, Math.round(side / 10)));
    for (let i = 0; i < area; i++) blob[b * area + i] = BLOB_FAR - BLOB_RELIEF * soft[i]!;
  });
  return { image, mask, blob };
}

/** Three box blurs of the given radius: close to a Gaussian. */
function blur(data: Float32Array, side: number, radius: number): Float32Array {
  let current: Float32Array = data;
  for (let pass = 0; pass < 3; pass++)
    current = boxRows(transposed(boxRows(current, side, radius), side), side, radius);
  // Each pass leaves the picture transposed: three passes leave it so.
  return transposed(current, side);
}

function boxRows(data: Float32Array, side: number, radius: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let y = 0; y < side; y++) {
    let sum = 0;
    const at = (x: number): number => data[y * side + Math.min(side - 1, Math.max(0, x))]!;
    for (let x = -radius; x <= radius; x++) sum += at(x);
    for (let x = 0; x < side; x++) {
      out[y * side + x] = sum / (2 * radius + 1);
      sum += at(x + radius + 1) - at(x - radius);
    }
  }
  return out;
}

function transposed(data: Float32Array, side: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) out[x * side + y] = data[y * side + x]!;
  return out;
}

/** The same sweeps at half the size: means of 2×2 pixels. */
export function halveSweeps(set: SweepSet): SweepSet {
  const { side } = set;
  if (side % 2 !== 0) throw new RangeError(`halveSweeps: expected an even side, got ${side}`);
  return { ...set, side: side / 2, images: halved(set.images, side), masks: halved(set.masks, side) };
}

function halved(planes: Uint8Array, side: number): Uint8Array {
  const half = side / 2;
  const out = new Uint8Array(planes.length / 4);
  for (let plane = 0; plane < planes.length / (side * side); plane++)
    for (let y = 0; y < half; y++)
      for (let x = 0; x < half; x++) {
        const at = (plane * side + 2 * y) * side + 2 * x;
        const sum = planes[at]! + planes[at + 1]! + planes[at + side]! + planes[at + side + 1]!;
        out[(plane * half + y) * half + x] = (sum + 2) >> 2;
      }
  return out;
}
