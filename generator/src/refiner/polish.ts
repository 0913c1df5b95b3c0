import {
  add,
  buildTrainingStep,
  concat,
  matMul,
  reshape,
  slice,
  type TrainingStep,
  zeros,
} from '../graph/index.ts';
import type { PolishConfig } from './config.ts';
import { unwhitenDelta, unwhitening } from './latent-basis.ts';
import type { RefinerShape } from './refiner-net.ts';
import { refinedLoss, stepInputs, type ViewsLossInput } from './views-loss.ts';

/** What a polish learns: f32 [J,l,K], changes in whitened coordinates that views have in the shares that they are given. */
export const POLISH_CHANGE = 'change';

/**
 * Shares of each view in each change: one that all views have whole; those that views about a yaw have, `spacing` from each
 * other, whose shares sum to 1 in each view.
 *
 * A view far from its source sees next to nothing of it, and stays behind where views near the source get back the hair that
 * the turn had taken: changes that are shared take it along.
 * @param yaws radians, rising
 * @returns f32 [V,J]
 */
export function polishShares(
  yaws: readonly number[],
  { spacing }: Pick<PolishConfig, 'spacing'>,
): Float32Array {
  const [first, last] = [yaws[0]!, yaws.at(-1)!];
  const intervals = Math.max(1, Math.round((last - first) / spacing));
  const width = (last - first) / intervals || 1;
  const centres = Array.from({ length: intervals + 1 }, (_, j) => first + j * width);
  const rows = yaws.map((yaw) => {
    const near = centres.map((centre) => Math.exp(-0.5 * ((yaw - centre) / width) ** 2));
    const sum = near.reduce((a, b) => a + b);
    return [1, ...near.map((share) => share / sum)];
  });
  return Float32Array.from(rows.flat());
}

/**
 * One step of optimising a subject's views together, by the losses that the refiner learned by: their latents themselves
 * move, on the refiner's layers. Inputs: those of `stepInputs` for one subject, `mended` f32 [V,L,D], where it starts, and
 * `shares` f32 [V,J].
 * @param views   V, in the order of their yaw
 * @param changes J
 */
export function polishStep(
  input: ViewsLossInput,
  { loss }: Pick<PolishConfig, 'loss'>,
  views: number,
  changes: number,
): TrainingStep {
  const { shape } = input;
  const { layers, basis, refined } = shape;
  const { from, to } = refined;
  const size = (to - from) * basis.dim;
  return buildTrainingStep(
    'polish',
    (scope, graph) => {
      const inputs = stepInputs(graph, input, { subjects: 1, views });
      const mended = graph.input('mended', 'float32', [views, layers, basis.dim]);
      const learned = scope.parameter(POLISH_CHANGE, [changes, to - from, basis.dim], zeros);
      const shares = graph.input('shares', 'float32', [views, changes]);
      const change = reshape(matMul(shares, reshape(learned, [changes, size])), [
        views,
        to - from,
        basis.dim,
      ]);
      const moved = unwhitenDelta(change, basis);
      const parts = [add(slice(mended, 1, from, to), moved)];
      if (from > 0) parts.unshift(slice(mended, 1, 0, from));
      if (to < layers) parts.push(slice(mended, 1, to, layers));
      return refinedLoss(input, inputs, concat(parts, 1), loss);
    },
    { beta2: 0.99 },
  );
}

/**
 * Latents after a polish.
 * @param mended  f32 [V,L,D], where it started
 * @param learned f32 [J,T,K]
 * @param shares  f32 [V,J]
 * @returns f32 [V,L,D], a copy
 */
export function polished(
  mended: Float32Array,
  learned: Float32Array,
  shares: Float32Array,
  { layers, basis, refined: { from, to } }: RefinerShape,
): Float32Array {
  const { dim } = basis;
  const rows = unwhitening(basis);
  const result = mended.slice();
  const tokens = to - from;
  const size = tokens * dim;
  const changes = learned.length / size;
  const change = new Float32Array((shares.length / changes) * size);
  for (let i = 0; i < change.length; i++)
    for (let j = 0; j < changes; j++)
      change[i]! += shares[Math.floor(i / size) * changes + j]! * learned[j * size + (i % size)]!;
  for (let token = 0; token * dim < change.length; token++) {
    const at = (Math.floor(token / tokens) * layers + from + (token % tokens)) * dim;
    for (let k = 0; k < dim; k++) {
      const c = change[token * dim + k]!;
      for (let i = 0; i < dim; i++) result[at + i]! += c * rows[k * dim + i]!;
    }
  }
  return result;
}
