import type {
  DenseWeights,
  ModulatedConvWeights,
  StyleGan2Weights,
  SynthesisBlockWeights,
  ToRgbWeights,
  Weight,
} from '../gan/weights.ts';
import type { Budget } from './budget.ts';
import { CheckpointError, describeShape } from './errors.ts';
import { toFloat32 } from './tensor.ts';
import type { WeightSource } from './weight-source.ts';

/** A size that the weights themselves decide, by its letter in messages, or a known one. */
type Size = number | string;

/**
 * Reads all weights of a StyleGAN2, each size checked against the others.
 *
 * @throws CheckpointError 'missing', 'shape', 'tensor' or 'budget'
 */
export function assembleWeights(source: WeightSource, budget: Budget): StyleGan2Weights {
  const reader = new WeightReader(source, budget);
  const mapping = readMapping(reader, source.mappingLayers);
  const zDim = sizeOf(mapping[0]?.weight, 1);
  const wDim = sizeOf(mapping.at(-1)?.weight, 0);
  const wAverage = source.find('mapping.w_avg').tensor ? reader.read('mapping.w_avg', [wDim]).data : null;
  const constant = reader.read('synthesis.b4.const', ['C', 4, 4]);
  let channels = sizeOf(constant, 0);
  const blocks: SynthesisBlockWeights[] = [];
  for (let resolution = 4; resolution <= source.resolution; resolution *= 2) {
    const block = `synthesis.b${resolution}`;
    const conv0 = resolution === 4 ? null : readConv(reader, `${block}.conv0`, channels, wDim, resolution);
    if (conv0) channels = sizeOf(conv0.weight, 0);
    const conv1 = readConv(reader, `${block}.conv1`, channels, wDim, resolution);
    channels = sizeOf(conv1.weight, 0);
    blocks.push({ resolution, conv0, conv1, toRgb: readToRgb(reader, `${block}.torgb`, channels, wDim) });
  }
  return {
    zDim,
    wDim,
    resolution: source.resolution,
    layers: 2 * Math.log2(source.resolution) - 2,
    mappingLearningRate: source.mappingLearningRate,
    mapping,
    wAverage,
    constant,
    blocks,
    convClamp: source.convClamp,
  };
}

function readMapping(reader: WeightReader, layers: number): DenseWeights[] {
  const mapping: DenseWeights[] = [];
  let inputs: Size = 'Z';
  for (let i = 0; i < layers; i++) {
    const layer: DenseWeights = reader.dense(`mapping.fc${i}`, i === layers - 1 ? 'W' : 'O', inputs);
    inputs = sizeOf(layer.weight, 0);
    mapping.push(layer);
  }
  return mapping;
}

function readConv(
  reader: WeightReader,
  name: string,
  channels: number,
  wDim: number,
  resolution: number,
): ModulatedConvWeights {
  const weight = reader.read(`${name}.weight`, ['O', channels, 3, 3]);
  const noise = reader.usesNoise(name)
    ? {
        noiseStrength: reader.read(`${name}.noise_strength`, []).data[0] ?? 0,
        noise: reader.read(`${name}.noise_const`, [resolution, resolution]).data,
      }
    : { noiseStrength: 0, noise: reader.zeros(resolution) };
  return {
    weight,
    bias: reader.read(`${name}.bias`, [sizeOf(weight, 0)]).data,
    affine: reader.dense(`${name}.affine`, channels, wDim),
    ...noise,
  };
}

function readToRgb(reader: WeightReader, name: string, channels: number, wDim: number): ToRgbWeights {
  return {
    weight: reader.read(`${name}.weight`, [3, channels, 1, 1]),
    bias: reader.read(`${name}.bias`, [3]).data,
    affine: reader.dense(`${name}.affine`, channels, wDim),
  };
}

class WeightReader {
  readonly #source: WeightSource;
  readonly #budget: Budget;
  readonly #zeros = new Map<number, Float32Array>();

  constructor(source: WeightSource, budget: Budget) {
    this.#source = source;
    this.#budget = budget;
  }

  usesNoise(layer: string): boolean {
    return this.#source.usesNoise(layer);
  }

  dense(name: string, outputs: Size, inputs: Size): DenseWeights {
    const weight = this.read(`${name}.weight`, [outputs, inputs]);
    return { weight, bias: this.read(`${name}.bias`, [sizeOf(weight, 0)]).data };
  }

  /** A weight by NVIDIA's name, in NVIDIA's shape. */
  read(name: string, expected: readonly Size[]): Weight {
    const { name: label, tensor, leading, trailing } = this.#source.find(name);
    const inFile = [...ones(leading), ...expected, ...ones(trailing)];
    if (!tensor)
      throw new CheckpointError(
        'missing',
        `expected ${label} ${describeShape(inFile)}, found no such weight`,
      );
    const { shape } = tensor;
    const fits =
      shape.length === inFile.length &&
      inFile.every((size, axis) =>
        typeof size === 'string' ? (shape[axis] ?? 0) > 0 : shape[axis] === size,
      );
    if (!fits)
      throw new CheckpointError(
        'shape',
        `expected ${label} ${describeShape(inFile)}, got ${describeShape(shape)}`,
      );
    const data = toFloat32(tensor, label, this.#budget);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new CheckpointError('tensor', `${label} holds ${data[bad]} at element ${bad}`);
    return { shape: shape.slice(leading, shape.length - trailing), data };
  }

  /** Noise of a layer that adds none; the layers of a resolution share it. */
  zeros(resolution: number): Float32Array {
    const known = this.#zeros.get(resolution);
    if (known) return known;
    const zeros = new Float32Array(resolution * resolution);
    this.#zeros.set(resolution, zeros);
    return zeros;
  }
}

function sizeOf(weight: Weight | undefined, axis: number): number {
  return weight?.shape[axis] ?? 0;
}

function ones(count: number): number[] {
  return new Array<number>(count).fill(1);
}
