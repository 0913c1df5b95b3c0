import { type FloatConstant, floatConstants, GraphError, readGraph } from '../graph/index.ts';
import { GAIN } from './mapping.ts';
import { TAPS_OF_PHASE } from './upsample.ts';
import type {
  DenseWeights,
  ModulatedConvWeights,
  SynthesisBlockWeights,
  SynthesisWeights,
  ToRgbWeights,
} from './weights.ts';

type GraphProto = ReturnType<typeof readGraph>;

/**
 * The weights of a written `synthesis.onnx`, so that `synthesize` can stand inside a training graph for those who have
 * the model's folder and not its checkpoint. Built again in the precision of the file, they give its picture. Kernels
 * come back at unit mean square, as the file holds them (demodulation cancels their scale up to its ε of 1e-8), and
 * the noise with its strength inside. A file stored in half precision gives the rounded numbers.
 * @param model as `buildSynthesis` wrote it, of any precision, with `subpixel` upsampling; `cutSynthesis`' files too
 * @throws GraphError where it is no such network: says which constant was expected and what came
 */
export function readSynthesisWeights(model: Uint8Array): SynthesisWeights {
  const graph = readGraph(model, 'synthesis');
  const { layers, wDim } = latentShape(graph);
  const constants = new Constants(floatConstants(graph), wDim);
  const constant = constants.get('const', [1, null, 4, 4]);
  const channels = constant.shape[1]!;
  const blocks: SynthesisBlockWeights[] = [];
  let inputs = channels;
  for (
    let resolution = 4;
    resolution === 4 || constants.has(`b${resolution}.conv1.weight`);
    resolution *= 2
  ) {
    const block = readBlock(constants, resolution, inputs);
    blocks.push(block);
    inputs = block.conv1.bias.length;
  }
  return {
    wDim,
    resolution: blocks.at(-1)!.resolution,
    layers,
    constant: { shape: [channels, 4, 4], data: constant.data },
    blocks,
    convClamp: clampOf(graph, constants),
  };
}

function readBlock(constants: Constants, resolution: number, inputs: number): SynthesisBlockWeights {
  const name = `b${resolution}`;
  const conv0 = resolution === 4 ? null : constants.modulated(`${name}.conv0`, inputs, resolution, true);
  const conv1 = constants.modulated(`${name}.conv1`, conv0?.bias.length ?? inputs, resolution, false);
  return { resolution, conv0, conv1, toRgb: constants.toRgb(`${name}.torgb`, conv1.bias.length) };
}

/** Constants by name, with the shapes that the network's builder gives them. */
class Constants {
  readonly #all: ReadonlyMap<string, FloatConstant>;
  readonly #wDim: number;

  constructor(all: ReadonlyMap<string, FloatConstant>, wDim: number) {
    this.#all = all;
    this.#wDim = wDim;
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** @param shape null: a size that this constant decides */
  get(name: string, shape: readonly (number | null)[]): FloatConstant {
    const found = this.#all.get(name);
    const wanted = `${name} [${shape.map((size) => size ?? '…')}]`;
    if (!found) throw new GraphError(`synthesis: expected a network with ${wanted}, got one without it`);
    if (found.shape.length !== shape.length || shape.some((d, i) => d !== null && d !== found.shape[i]))
      throw new GraphError(`synthesis: expected ${wanted}, got [${found.shape}]`);
    return found;
  }

  modulated(name: string, inputs: number, side: number, up: boolean): ModulatedConvWeights {
    const bias = this.get(`${name}.bias`, [1, null, 1, 1]).data;
    const outputs = bias.length;
    const shape = [outputs, inputs, 3, 3];
    return {
      weight: {
        shape,
        data: up ? this.#phases(name, outputs, inputs) : this.get(`${name}.weight`, shape).data,
      },
      squares: this.get(`${name}.squares`, [outputs, inputs]).data,
      bias: bias.map((v) => v / GAIN),
      affine: this.#affine(name, inputs),
      noiseStrength: 1,
      noise: this.get(`${name}.noise`, [1, 1, side, side]).data.map((v) => v / GAIN),
    };
  }

  toRgb(name: string, inputs: number): ToRgbWeights {
    const { data } = this.get(`${name}.weight`, [1, 3, inputs]);
    return {
      weight: { shape: [3, inputs, 1, 1], data: data.map((v) => v * Math.sqrt(inputs)) },
      bias: this.get(`${name}.bias`, [1, 3, 1, 1]).data,
      affine: this.#affine(name, inputs),
    };
  }

  #affine(name: string, inputs: number): DenseWeights {
    const { shape, data } = this.get(`${name}.affine.weight`, [inputs, this.#wDim]);
    return {
      weight: { shape, data: data.map((v) => v * Math.sqrt(this.#wDim)) },
      bias: this.get(`${name}.affine.bias`, [inputs]).data,
    };
  }

  /** The 3×3 kernel from the four that make its upsampled phases: each tap is in one of them. */
  #phases(name: string, outputs: number, inputs: number): Float32Array {
    const kernel = new Float32Array(outputs * inputs * 9);
    TAPS_OF_PHASE.forEach((rows, r) => {
      TAPS_OF_PHASE.forEach((columns, c) => {
        const phase = 2 * r + c;
        const part = this.get(`${name}.weight${phase === 0 ? '' : `_${phase}`}`, [
          outputs,
          inputs,
          rows.length,
          columns.length,
        ]);
        const taps = rows.flatMap((row) => columns.map((column) => row * 3 + column));
        part.data.forEach((v, k) => {
          kernel[Math.floor(k / taps.length) * 9 + taps[k % taps.length]!] = v;
        });
      });
    });
    return kernel;
  }
}

/** L and W of the input `ws` [N,L,W]. */
function latentShape({ input }: GraphProto): { layers: number; wDim: number } {
  const ws = input.find(({ name }) => name === 'ws');
  const type = ws?.type?.value;
  const sizes = type?.case === 'tensorType' ? (type.value.shape?.dim ?? []) : [];
  const [, layers, wDim] = sizes.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : 0));
  if (!layers || !wDim)
    throw new GraphError(
      `synthesis: expected a network with the input ws [N,L,W], got ${input.map(({ name }) => name).join(', ') || 'none'}`,
    );
  return { layers, wDim };
}

/** The upper limit of the network's Clip nodes; null where it has none. */
function clampOf({ node }: GraphProto, constants: Constants): number | null {
  const limit = node.find(({ opType }) => opType === 'Clip')?.input[2];
  return limit === undefined ? null : constants.get(limit, []).data[0]!;
}
