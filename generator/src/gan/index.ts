export { cutSynthesis } from './cut-synthesis.ts';
export { buildMapping, mapLatent } from './mapping.ts';
export { readSynthesisWeights } from './read-synthesis.ts';
export {
  buildSynthesis,
  type Precision,
  SYNTHESIS_DEFAULTS,
  type Synthesis,
  type SynthesisOptions,
  synthesize,
} from './synthesis.ts';
export { trainingBytes } from './training-bytes.ts';
export type { Upsampling } from './upsample.ts';
export type { StyleGan2Weights, SynthesisWeights } from './weights.ts';
export { withoutNoise } from './without-noise.ts';
