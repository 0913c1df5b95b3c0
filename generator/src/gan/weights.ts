/** A StyleGAN2 as plain arrays, whatever file it came from. Weights are as NVIDIA stores them: not yet scaled
 *  by the equalised learning rate (Karras et al. 2018), which the graphs apply. All float32, row-major. */

/** `weight` is [out, in] for dense layers and [out, in, k, k] for convolutions. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface DenseWeights {
  readonly weight: Weight;
  readonly bias: Float32Array;
}

export interface ModulatedConvWeights {
  /** [O,I,3,3] */
  readonly weight: Weight;
  /** [O,I], Σₖ W² of each pair, for a kernel already scaled to unit mean square: of before it was rounded to halves. */
  readonly squares?: Float32Array;
  /** [O] */
  readonly bias: Float32Array;
  /** Style: [I,W] and [I]; the bias already holds the +1. */
  readonly affine: DenseWeights;
  readonly noiseStrength: number;
  /** [R,R], the constant noise of this layer. */
  readonly noise: Float32Array;
}

export interface ToRgbWeights {
  /** [3,I,1,1] */
  readonly weight: Weight;
  /** [3] */
  readonly bias: Float32Array;
  readonly affine: DenseWeights;
}

export interface SynthesisBlockWeights {
  readonly resolution: number;
  /** The upsampling convolution; absent at 4². */
  readonly conv0: ModulatedConvWeights | null;
  readonly conv1: ModulatedConvWeights;
  readonly toRgb: ToRgbWeights;
}

/** What the synthesis network needs; a written `synthesis.onnx` gives it back (`readSynthesisWeights`). */
export interface SynthesisWeights {
  readonly wDim: number;
  readonly resolution: number;
  /** Number of w a W+ latent holds: 2·log2(R) − 2. */
  readonly layers: number;
  /** [C,4,4] */
  readonly constant: Weight;
  /** From 4² up. */
  readonly blocks: readonly SynthesisBlockWeights[];
  /** Activations are clamped to ±this after each layer; null: not at all. */
  readonly convClamp: number | null;
}

export interface StyleGan2Weights extends SynthesisWeights {
  readonly zDim: number;
  /** Learning-rate multiplier of the mapping network, 0.01 in both codebases. */
  readonly mappingLearningRate: number;
  readonly mapping: readonly DenseWeights[];
  /** [W], or null where the checkpoint holds none and mapped samples have to be averaged. */
  readonly wAverage: Float32Array | null;
}
