import {
  add,
  cast,
  clip,
  conv as convolve,
  type Dim,
  type DType,
  div,
  Graph,
  gather,
  leakyRelu,
  linear,
  matMul,
  mul,
  reciprocal,
  reduceSum,
  reshape,
  sqrt,
  type Value,
} from '../graph/index.ts';
import { GAIN, LEAK } from './mapping.ts';
import { type Upsampling, upsampleConv, upsampleImage } from './upsample.ts';
import type { DenseWeights, ModulatedConvWeights, SynthesisWeights, ToRgbWeights } from './weights.ts';

/**
 * float32; or `float16-weights`: weights are stored in half precision and widened when the session is made (half
 * the file, the same speed); or `float16`: computed in half precision, with styles normalised for each sample.
 * Inputs and outputs are float32 always.
 */
export type Precision = 'float32' | 'float16-weights' | 'float16';

export interface SynthesisOptions {
  readonly precision: Precision;
  readonly upsampling: Upsampling;
  /** Stops at this resolution and gives the skip sum there; null: the whole network. */
  readonly cutAt: number | null;
  /** The checkpoint's own, or an input of each layer: `b64.conv0.noise` f32 [N,1,64,64], before the layer's strength. */
  readonly noise: 'constant' | 'input';
}

export const SYNTHESIS_DEFAULTS: SynthesisOptions = {
  precision: 'float32',
  upsampling: 'subpixel',
  cutAt: null,
  noise: 'constant',
};

/** What the synthesis network gives. */
export interface Synthesis {
  /** f32 [N,3,R,R], RGB −1..1, not clamped */
  readonly image: Value;
  /** f32 [N,C,R/4,R/4], activations of the layer F_G of the paper's eq. 7 (at least 4²) */
  readonly features: Value;
}

/**
 * StyleGAN2's synthesis network with `skip` outputs and, unless asked otherwise, the checkpoint's constant noise (Karras
 * et al. 2020).
 * Modulation scales the activations and not the weights, so that the weights are constants and can be packed
 * once: x·s → Conv(W) → ·d, d = rsqrt(Σᵢ sᵢ²·Σₖ W²ₒᵢₖ + 1e-8).
 * @param ws f32 [N,L,W], one latent a layer
 */
export function synthesize(
  ws: Value,
  weights: SynthesisWeights,
  options: Partial<SynthesisOptions> = {},
): Synthesis {
  const { cutAt, ...how } = { ...SYNTHESIS_DEFAULTS, ...options };
  const layer = new LayerBuilder(ws, weights, how);
  const resolution = cutAt ?? weights.resolution;
  const { shape, data } = weights.constant;
  let x = layer.weight(data, [1, ...shape], 'const');
  let image: Value | null = null;
  let features: Value | null = null;
  for (const block of weights.blocks) {
    if (block.resolution > resolution) break;
    const k = Math.log2(block.resolution) - 2;
    const name = `b${block.resolution}`;
    if (block.conv0) x = layer.modulated(x, block.conv0, Math.max(2 * k - 1, 0), true, `${name}.conv0`);
    x = layer.modulated(x, block.conv1, 2 * k, false, `${name}.conv1`);
    const rgb = layer.toRgb(x, block.toRgb, 2 * k + 1, `${name}.torgb`);
    image = image ? add(upsampleImage(image), rgb) : rgb;
    if (block.resolution === Math.max(resolution / 4, 4)) features = x;
  }
  return { image: image!, features: cast(features!, 'float32') };
}

/** The layers of one synthesis network: they share its latent, its precision and its clamp. */
class LayerBuilder {
  readonly #ws: Value;
  /** N: a name, or a number where a graph that trains needs it. */
  readonly #count: Dim;
  readonly #wDim: number;
  readonly #clamp: number | null;
  readonly #dtype: DType;
  readonly #stored: DType;
  readonly #upsampling: Upsampling;
  readonly #noise: SynthesisOptions['noise'];

  constructor(
    ws: Value,
    weights: SynthesisWeights,
    { precision, upsampling, noise }: Omit<SynthesisOptions, 'cutAt'>,
  ) {
    this.#ws = ws;
    this.#count = ws.shape[0]!;
    this.#wDim = weights.wDim;
    this.#clamp = weights.convClamp;
    this.#dtype = precision === 'float16' ? 'float16' : 'float32';
    this.#stored = precision === 'float32' ? 'float32' : 'float16';
    this.#upsampling = upsampling;
    this.#noise = noise;
  }

  /** Style convolution, noise, bias, leaky ReLU·√2, clamp. */
  modulated(x: Value, weights: ModulatedConvWeights, index: number, up: boolean, name: string): Value {
    const { graph } = this.#ws;
    const [outputs, inputs] = weights.weight.shape as [number, number];
    const size = (x.shape[2] as number) * (up ? 2 : 1);
    const { kernel, squares, scale } = normalised(weights, outputs, inputs);
    let style = this.#style(weights.affine, index, name);
    // Demodulation cancels any scale of the style; at length 1 no entry can overflow half precision.
    if (this.#dtype === 'float16') style = div(style, sqrt(reduceSum(mul(style, style), [1])));
    const a = graph.constant(squares, [outputs, inputs], { name: `${name}.squares` });
    const demodulation = mul(reciprocal(sqrt(add(linear(mul(style, style), a), 1e-8 * scale ** 2))), GAIN);
    const modulated = mul(x, cast(reshape(style, [this.#count, inputs, 1, 1]), this.#dtype));
    const weight = { shape: weights.weight.shape, data: kernel };
    const make = (data: Float32Array, shape: readonly number[]) => this.weight(data, shape, `${name}.weight`);
    const y = up
      ? upsampleConv(modulated, weight, this.#upsampling, make)
      : convolve(modulated, make(kernel, weight.shape), null, { pad: 1 });
    const scaled = mul(y, cast(reshape(demodulation, [this.#count, outputs, 1, 1]), this.#dtype));
    // The leaky ReLU's √2 is inside d, noise and bias. Constant noise and bias: the runtime adds them once.
    const bias = weights.bias.map((v) => v * GAIN);
    const offset = add(
      this.#noiseOf(weights, size, `${name}.noise`),
      this.#constant(bias, [1, outputs, 1, 1], `${name}.bias`),
    );
    return this.#clamped(leakyRelu(add(scaled, offset), LEAK));
  }

  /** What is added to every channel: [1,1,R,R], or [N,1,R,R] of an input. */
  #noiseOf({ noise, noiseStrength }: ModulatedConvWeights, size: number, name: string): Value {
    const strength = noiseStrength * GAIN;
    if (this.#noise === 'constant')
      return this.#constant(
        noise.map((v) => v * strength),
        [1, 1, size, size],
        name,
      );
    const given = this.#ws.graph.input(name, 'float32', [this.#count, 1, size, size]);
    return cast(mul(given, strength), this.#dtype);
  }

  /** 1×1 modulated convolution to RGB without demodulation: the style scales the few weights, not the activations. */
  toRgb(x: Value, weights: ToRgbWeights, index: number, name: string): Value {
    const inputs = weights.weight.shape[1]!;
    const size = x.shape[2] as number;
    const scale = 1 / Math.sqrt(inputs);
    const weight = this.#constant(
      weights.weight.data.map((v) => v * scale),
      [1, 3, inputs],
      `${name}.weight`,
    );
    const style = reshape(this.#style(weights.affine, index, name), [this.#count, 1, inputs]);
    const rgb = matMul(mul(weight, cast(style, this.#dtype)), reshape(x, [this.#count, inputs, size * size]));
    const bias = this.#constant(weights.bias, [1, 3, 1, 1], `${name}.bias`);
    return cast(this.#clamped(add(reshape(rgb, [this.#count, 3, size, size]), bias)), 'float32');
  }

  /** Affine map of layer `index`'s latent: f32 [N,I]. */
  #style({ weight, bias }: DenseWeights, index: number, name: string): Value {
    const { graph } = this.#ws;
    const scale = 1 / Math.sqrt(this.#wDim);
    // Always float32: as halves too they raise the portraits model's largest error from 1.7e-3 to 2.2e-3.
    const w = graph.constant(
      weight.data.map((v) => v * scale),
      weight.shape,
      { name: `${name}.affine.weight` },
    );
    const b = graph.constant(bias, [bias.length], { name: `${name}.affine.bias` });
    const at = graph.constant(BigInt64Array.of(BigInt(index)), [], { name: 'layer' });
    return linear(gather(this.#ws, at, 1), w, b);
  }

  /** A weight in the precision it is stored in, as a value of the precision it is computed in. */
  weight(data: Float32Array, shape: readonly number[], name: string): Value {
    return cast(this.#ws.graph.constant(data, shape, { name, dtype: this.#stored }), this.#dtype);
  }

  #constant(data: Float32Array, shape: readonly number[], name: string): Value {
    return this.#ws.graph.constant(data, shape, { name, dtype: this.#dtype });
  }

  #clamped(x: Value): Value {
    return this.#clamp === null ? x : clip(x, -this.#clamp, this.#clamp);
  }
}

/** The kernel scaled to unit mean square, which demodulation cancels, and its sums of squares [O,I]. */
function normalised(
  { weight: { data }, squares: known }: ModulatedConvWeights,
  outputs: number,
  inputs: number,
) {
  if (known) return { kernel: data, squares: known, scale: 1 };
  const taps = data.length / (outputs * inputs);
  let total = 0;
  for (const v of data) total += v * v;
  const scale = total > 0 ? 1 / Math.sqrt(total / outputs) : 1;
  const kernel = data.map((v) => v * scale);
  const squares = new Float32Array(outputs * inputs);
  for (let oi = 0; oi < squares.length; oi++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += kernel[oi * taps + k]! ** 2;
    squares[oi] = sum;
  }
  return { kernel, squares, scale };
}

/** synthesis.onnx: `ws` f32 [N,L,W], and noise where it is an input → `image` f32 [N,3,R,R], `features` f32 [N,C,R/4,R/4]. */
export function buildSynthesis(weights: SynthesisWeights, options: Partial<SynthesisOptions> = {}): Graph {
  const graph = new Graph('synthesis');
  const { image, features } = synthesize(
    graph.input('ws', 'float32', ['N', weights.layers, weights.wDim]),
    weights,
    options,
  );
  graph.output('image', image);
  graph.output('features', features);
  return graph;
}
