import {
  cast,
  concat,
  detach,
  greater,
  maxPool,
  neg,
  reduceMax,
  reduceMean,
  slice,
  sub,
  type Value,
} from '../graph/index.ts';

/** Difference from the backdrop, of −1..1, that is the subject. */
const THRESHOLD = 0.09;

/** Share of the side that the upper corners' squares take, whose mean is the backdrop: shoulders fill the lower ones. */
const CORNER = 1 / 16;

/** Holes up to twice this are closed, pixels at 64²; larger pictures close as much of the head. */
const CLOSING_AT_64 = 2;

/**
 * Where the subject stands before a flat backdrop, as far as a graph can say: pixels unlike the upper corners, small holes
 * closed. No gradient flows through it.
 * @param image f32 [N,3,S,S], RGB −1..1
 * @returns f32 [N,1,S,S], 0 or 1
 */
export function flatMask(image: Value): Value {
  const side = image.shape[3] as number;
  const seen = detach(image);
  const corner = Math.max(2, Math.round(side * CORNER));
  const squares = [0, side - corner].map((left) => slice(slice(seen, 2, 0, corner), 3, left, left + corner));
  const backdrop = reduceMean(concat(squares, 3), [2, 3]);
  const apart = sub(seen, backdrop);
  const largest = reduceMax(concat([apart, neg(apart)], 1), [1]);
  const raw = cast(greater(largest, THRESHOLD), 'float32');
  const reach = Math.max(1, Math.round((CLOSING_AT_64 * side) / 64));
  const grown = maxPool(raw, 2 * reach + 1, 1, reach);
  return detach(neg(maxPool(neg(grown), 2 * reach + 1, 1, reach)));
}
