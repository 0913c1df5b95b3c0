import type { Budget } from './budget.ts';
import { CheckpointError, describeShape } from './errors.ts';
import { toFloat32 } from './tensor.ts';
import type { Tensor } from './values.ts';

/** The taps of StyleGAN2's resampling filter along each axis. The graphs know no other. */
const TAPS = [1, 3, 3, 1];
const TOLERANCE = 1e-4;
/** Filters up to this size are shown by their taps, larger ones by their shape. */
const LARGEST_SHOWN = 12;

/**
 * Refuses a resampling filter other than outer([1,3,3,1])/64 times a gain.
 *
 * @param gain 1 as NVIDIA stores it, 4 as rosinality does where it upsamples
 * @throws CheckpointError 'filter'
 */
export function checkFilter(name: string, filter: Tensor, gain: number, budget: Budget): void {
  const [size = 0] = filter.shape;
  const refusal = (found: string) =>
    new CheckpointError(
      'filter',
      `expected the resampling filter ${name} to be [1,3,3,1] with sum ${gain}, got ${found}`,
    );
  if (filter.shape.length !== 2 || filter.shape[1] !== size || size > LARGEST_SHOWN)
    throw refusal(`shape ${describeShape(filter.shape)}`);
  const values = toFloat32(filter, name, budget);
  const expected = TAPS.flatMap((row) => TAPS.map((column) => (row * column * gain) / 64));
  const same = size === TAPS.length && expected.every((value, i) => near(values[i] ?? 0, value));
  if (same) return;
  const rows = Array.from({ length: size }, (_, i) => sum(values.subarray(i * size, (i + 1) * size)));
  const taps = rows.map((row) => round(row / (rows[0] ?? 1)));
  throw refusal(`${describeShape(taps)} with sum ${round(sum(values))}`);
}

function near(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= TOLERANCE * expected;
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Four digits are what a message needs. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
