import { add, buildTrainingStep, concat, slice, type TrainingStep, zeros } from '../graph/index.ts';
import { unwhitenDelta, unwhitening } from './latent-basis.ts';
import type { AgreementLossOptions } from './losses.ts';
import type { RefinerShape } from './refiner-net.ts';
import { refinedLoss, stepInputs, type ViewsLossInput } from './views-loss.ts';

/** Adam's rate, in whitened units a step (refiner.md, part 3). */
export const POLISH_RATE = 0.03;

/** What a polish learns: f32 [V,l,K], changes of the views' latents in whitened coordinates. */
export const POLISH_CHANGE = 'change';

/**
 * One step of optimising a subject's views together, by the losses that the refiner learned by: their latents themselves
 * move, on the refiner's layers. Inputs: those of `stepInputs` for one subject, and `mended` f32 [V,L,D], where it starts.
 * @param views V, in the order of their yaw
 */
export function polishStep(input: ViewsLossInput, loss: AgreementLossOptions, views: number): TrainingStep {
  const { shape } = input;
  return buildTrainingStep(
    'polish',
    (scope, graph) => {
      const inputs = stepInputs(graph, input, { subjects: 1, views });
      const { layers, basis, refined } = shape;
      const { from, to } = refined;
      const mended = graph.input('mended', 'float32', [views, layers, basis.dim]);
      const change = scope.parameter(POLISH_CHANGE, [views, to - from, basis.dim], zeros);
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
 * @param mended f32 [V,L,D], where it started
 * @param change f32 [V,T,K], what was learned
 * @returns f32 [V,L,D], a copy
 */
export function polished(
  mended: Float32Array,
  change: Float32Array,
  { layers, basis, refined: { from, to } }: RefinerShape,
): Float32Array {
  const { dim } = basis;
  const rows = unwhitening(basis);
  const result = mended.slice();
  const tokens = to - from;
  for (let token = 0; token * dim < change.length; token++) {
    const at = (Math.floor(token / tokens) * layers + from + (token % tokens)) * dim;
    for (let k = 0; k < dim; k++) {
      const c = change[token * dim + k]!;
      for (let i = 0; i < dim; i++) result[at + i]! += c * rows[k * dim + i]!;
    }
  }
  return result;
}
