export {
  type BatchSizes,
  drawRefinerBatch,
  drawYaws,
  type RefinerSubject,
  viewFeeds,
} from './batches.ts';
export type { BodyOptions } from './body.ts';
export {
  type AgreementRefinerConfig,
  COARSE_LAYERS,
  DRIFTING_CONFIG,
  LONG_POLISH_CONFIG,
  PAPER_CONFIG,
  PAPER_MEAN_CONFIG,
  type PaperRefinerConfig,
  POLISH_CONFIG,
  POLISHED_CONFIG,
  type PolishConfig,
  REFINER_CONFIG,
  type RefinerConfig,
  type Tempering,
} from './config.ts';
export { RefinerError } from './errors.ts';
export {
  type LatentBasis,
  LEAST_DEVIATION,
  latentBasis,
  unwhiten,
  unwhitenDelta,
  whiten,
} from './latent-basis.ts';
export type { AgreementLossOptions } from './losses.ts';
export { drawPaperBatch, type PairedSubject } from './paper-batches.ts';
export type { PaperLossOptions } from './paper-loss.ts';
export { type PaperNets, paperStep } from './paper-step.ts';
export { POLISH_CHANGE, polished, polishShares, polishStep } from './polish.ts';
export {
  buildRefiner,
  REFINER_SCOPE,
  type RefinerBody,
  type RefinerInputs,
  type RefinerOptions,
  type RefinerShape,
  refine,
  refinerDefaults,
} from './refiner-net.ts';
export {
  addNoise,
  DDIM_DEFAULTS,
  type Denoise,
  latentNoise,
  type SamplerOptions,
  sampleRefined,
} from './sampler.ts';
export { alphaBar, type NoiseSchedule, noiseAt, signalAt, signalOf } from './schedule.ts';
export { refinerStep } from './step.ts';
export { buildCurveFeatures, type CommonCorrection, temperCurve, temperedShare } from './temper.ts';
export { COMPARED_SIDE, type FrozenNets, type ViewsLossInput } from './views-loss.ts';
