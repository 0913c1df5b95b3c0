/**
 * Heads are about as deep as wide: seen from the front, each row of a head is nearly the half of a circle as wide as the
 * mask there.
 */

/**
 * Depth of a head's front half ÷ half its width. Skulls are 1.28 times as long as broad (a cephalic index of 78). By
 * `roundnessSums`, within 11° of frontal and with the flat matte's masks, 16 rendered heads with their hair have 1.22
 * (quartiles 1.05, 1.35), and the shared judge reads 1.30 (1.19, 1.39) off 160 others.
 */
export const ROUNDNESS = 1.28;

/** Rows count whose width lies within these shares of the widest row of the head. */
const [LEAST_WIDTH, MOST_WIDTH] = [0.5, 1.0001];

/** Share of a row's half-width, from its middle, that is compared: at the limb depth is least certain. */
const WITHIN = 0.85;

/** A row of a mask: pixels from..to. */
interface Row {
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Relief of a frontal view against that of rounds as deep as wide: 1 where it is as deep as wide, .5 half as deep.
 * Only how depth runs along each row counts, not how it differs from row to row.
 * @param depth f32 [S,S], pivot at 1
 * @param mask  f32 [S,S], 0..1
 * @param focal half-widths
 * @returns sums for the slope, to be added over views: Σ prior·relief and Σ prior²
 */
export function roundnessSums(
  depth: Float32Array,
  mask: Float32Array,
  side: number,
  focal: number,
): readonly [product: number, square: number] {
  let [product, square] = [0, 0];
  for (const { y, from, to } of headRows(mask, side)) {
    const middle = (from + to) / 2;
    const half = (to - from + 1) / 2;
    const prior: number[] = [];
    const relief: number[] = [];
    for (let x = Math.ceil(middle - WITHIN * half); x <= middle + WITHIN * half; x++) {
      // Pixels to lengths at the pivot: half the side is 1/focal.
      prior.push((Math.sqrt(half * half - (x - middle) ** 2) * 2) / side / focal);
      relief.push(1 - depth[y * side + x]!);
    }
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const [priorMean, reliefMean] = [mean(prior), mean(relief)];
    prior.forEach((p, k) => {
      product += (p - priorMean) * (relief[k]! - reliefMean);
      square += (p - priorMean) ** 2;
    });
  }
  return [product, square];
}

/** Rows of the head: from the top to the neck or to where the shoulders set in. */
function headRows(mask: Float32Array, side: number): Row[] {
  const rows: Row[] = [];
  for (let y = 0; y < side; y++) {
    const set = Array.from({ length: side }, (_, x) => x).filter((x) => mask[y * side + x]! > 0.5);
    if (set.length > 0) rows.push({ y, from: set[0]!, to: set.at(-1)! });
    else if (rows.length > 0) break;
  }
  const width = ({ from, to }: Row): number => to - from + 1;
  // Widths rise to the head's widest row and fall towards the neck; beyond its narrowest row the shoulders begin.
  let widest = 0;
  let end = rows.length;
  for (let k = 1; k < rows.length; k++) {
    if (width(rows[k]!) > width(rows[widest]!)) widest = k;
    if (width(rows[k]!) < 0.8 * width(rows[widest]!)) {
      end = k;
      break;
    }
  }
  const most = rows[widest] ? width(rows[widest]!) : 0;
  return rows
    .slice(0, end)
    .filter((row) => width(row) >= LEAST_WIDTH * most && width(row) <= MOST_WIDTH * most);
}
