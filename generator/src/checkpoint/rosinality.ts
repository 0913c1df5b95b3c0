import type { Budget } from './budget.ts';
import { CheckpointError, listNames } from './errors.ts';
import { checkFilter } from './filters.ts';
import { checkResolution } from './resolution.ts';
import { describeValue, Tensor } from './values.ts';
import type { WeightPlace, WeightSource } from './weight-source.ts';

/** The learning rate multiplier of the mapping network is not in the file: it is `lr_mlp` of rosinality's model.py. */
const LEARNING_RATE = 0.01;

/** A weight of rosinality's and how many axes of size 1 it has around NVIDIA's shape. */
interface RosinalityName {
  readonly name: string;
  readonly leading: number;
  readonly trailing: number;
}

/**
 * Finds the weights in the contents of a checkpoint of rosinality's stylegan2-pytorch
 * (`{g_ema: state_dict, latent_avg, …}`).
 *
 * A file without noise buffers is from before the code had them: it has no constant noise, and is read as a network
 * that adds none.
 *
 * @throws CheckpointError 'format', 'architecture' or 'filter'
 */
export function rosinalitySource(root: ReadonlyMap<unknown, unknown>, budget: Budget): WeightSource {
  const weights = root.get('g_ema');
  if (!(weights instanceof Map))
    throw new CheckpointError(
      'format',
      `expected g_ema to be a dict of weights, got ${describeValue(weights)}`,
    );
  const names = [...weights.keys()].filter((name) => typeof name === 'string');
  if (!names.some((name) => name.startsWith('style.')))
    throw new CheckpointError(
      'format',
      `expected g_ema with weights style.1.weight, …, got ${listNames(names)}`,
    );
  for (const name of names) {
    const filter: unknown = weights.get(name);
    if (/\.(blur|upsample)\.kernel$/.test(name) && filter instanceof Tensor)
      checkFilter(name, filter, 4, budget);
  }
  const hasNoise = names.some((name) => name.startsWith('noises.'));
  const style = highest(names, /^style\.(\d{1,4})\./);
  return {
    format: 'rosinality',
    resolution: checkResolution(4 * 2 ** upsamplingBlocks(names)),
    mappingLayers: Math.max(style, 1),
    mappingLearningRate: LEARNING_RATE,
    convClamp: null,
    usesNoise: () => hasNoise,
    find: (name) => place(name, name === 'mapping.w_avg' ? root : weights),
  };
}

/** Number of blocks above 4², by the highest index of all that each block has. */
function upsamplingBlocks(names: readonly string[]): number {
  const convs = Math.floor((highest(names, /^convs\.(\d{1,4})\./) + 2) / 2);
  const toRgbs = highest(names, /^to_rgbs\.(\d{1,4})\./) + 1;
  const noises = Math.ceil(highest(names, /^noises\.noise_(\d{1,4})$/) / 2);
  return Math.max(convs, toRgbs, noises, 0);
}

/** The highest number that a pattern finds; −1 where there is none. */
function highest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? -1)), -1);
}

function place(nvidiaName: string, weights: ReadonlyMap<unknown, unknown>): WeightPlace {
  const { name, leading, trailing } = rosinalityName(nvidiaName);
  const found = weights.get(name);
  const tensor = found instanceof Tensor ? found : null;
  // latent_avg is [W] from the converter and [1,W] from code that keeps the batch axis.
  const batch = name === 'latent_avg' && tensor?.shape.length === 2 ? 1 : 0;
  return { name, tensor, leading: leading + batch, trailing };
}

/** Where rosinality's state dict holds what NVIDIA calls `name`. */
export function rosinalityName(name: string): RosinalityName {
  if (name === 'mapping.w_avg') return plain('latent_avg');
  if (name === 'synthesis.b4.const') return { name: 'input.input', leading: 1, trailing: 0 };
  const dense = /^mapping\.fc(\d+)\.(weight|bias)$/.exec(name);
  if (dense) return plain(`style.${Number(dense[1]) + 1}.${dense[2]}`);
  const [, size, layer, rest] = /^synthesis\.b(\d+)\.(conv0|conv1|torgb)\.(.+)$/.exec(name) ?? [];
  const block = Math.log2(Number(size)) - 3;
  if (layer === 'torgb') {
    const stem = block < 0 ? 'to_rgb1' : `to_rgbs.${block}`;
    return rest === 'bias'
      ? { name: `${stem}.bias`, leading: 1, trailing: 2 }
      : convolution(stem, rest ?? '');
  }
  const index = 2 * block + (layer === 'conv0' ? 0 : 1);
  const stem = block < 0 ? 'conv1' : `convs.${index}`;
  if (rest === 'bias') return plain(`${stem}.activate.bias`);
  if (rest === 'noise_strength') return { name: `${stem}.noise.weight`, leading: 1, trailing: 0 };
  if (rest === 'noise_const') return { name: `noises.noise_${index + 1}`, leading: 2, trailing: 0 };
  return convolution(stem, rest ?? '');
}

function convolution(stem: string, rest: string): RosinalityName {
  if (rest === 'weight') return { name: `${stem}.conv.weight`, leading: 1, trailing: 0 };
  return plain(`${stem}.conv.${rest.replace(/^affine\./, 'modulation.')}`);
}

function plain(name: string): RosinalityName {
  return { name, leading: 0, trailing: 0 };
}
