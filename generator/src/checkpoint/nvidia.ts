import type { Budget } from './budget.ts';
import { CheckpointError, listNames } from './errors.ts';
import { checkFilter } from './filters.ts';
import { checkNvidiaLayers } from './nvidia-layers.ts';
import { NvidiaModule } from './nvidia-module.ts';
import { checkResolution } from './resolution.ts';
import { describeValue, PersistentObject } from './values.ts';
import type { WeightSource } from './weight-source.ts';

/**
 * Finds the weights of the moving average generator in the contents of an NVIDIA pickle
 * (`{G, D, G_ema, training_set_kwargs, augment_pipe}`), of stylegan2-ada-pytorch or of stylegan3's StyleGAN2.
 *
 * @throws CheckpointError 'conditional', 'stylegan3', 'architecture', 'filter', …
 */
export function nvidiaSource(root: ReadonlyMap<unknown, unknown>, budget: Budget): WeightSource {
  const object = root.get('G_ema');
  if (!(object instanceof PersistentObject))
    throw new CheckpointError('format', `expected G_ema to be a network, got ${describeValue(object)}`);
  const generator = new NvidiaModule('', object);
  const { mapping, synthesis } = checkGenerator(generator);
  const highest = highestBlock(synthesis);
  const stated = synthesis.attribute('img_resolution');
  const resolution = checkResolution(typeof stated === 'number' ? stated : highest);
  for (let r = 4; r <= resolution; r *= 2) checkBlock(synthesis, r, budget);
  const { mappingLayers, mappingLearningRate, convClamp } = checkNvidiaLayers(mapping, synthesis, resolution);
  return {
    format: 'nvidia',
    resolution,
    mappingLayers,
    mappingLearningRate,
    convClamp,
    usesNoise: (layer) => generator.descend(layer)?.attribute('use_noise') !== false,
    find: (name) => ({ name, tensor: generator.find(name), leading: 0, trailing: 0 }),
  };
}

/** Tells a StyleGAN2 without labels from all other networks that NVIDIA's code pickles the same way. */
function checkGenerator(generator: NvidiaModule): { mapping: NvidiaModule; synthesis: NvidiaModule } {
  const mapping = generator.child('mapping');
  const synthesis = generator.child('synthesis');
  if (!mapping || !synthesis)
    throw new CheckpointError(
      'architecture',
      `expected a StyleGAN2 with mapping and synthesis, got a ${generator.className} with ${listNames(generator.children())}`,
    );
  const alien = synthesis.children().find((name) => name === 'input' || /^L\d+_\d+_\d+$/.test(name));
  if (alien !== undefined)
    throw new CheckpointError(
      'stylegan3',
      `found synthesis.${alien}: this is a StyleGAN3, expected a StyleGAN2`,
    );
  for (const module of [generator, mapping]) {
    const labels = module.attribute('c_dim');
    if (typeof labels === 'number' && labels > 0)
      throw new CheckpointError(
        'conditional',
        `found ${module.label('c_dim')} ${labels}: this GAN takes labels, expected an unconditional one`,
      );
  }
  if (mapping.child('embed'))
    throw new CheckpointError(
      'conditional',
      'found mapping.embed: this GAN takes labels, expected an unconditional one',
    );
  return { mapping, synthesis };
}

function highestBlock(synthesis: NvidiaModule): number {
  let highest = 0;
  for (const name of synthesis.children())
    highest = Math.max(highest, Number(/^b(\d{1,5})$/.exec(name)?.[1] ?? 0));
  if (highest === 0)
    throw new CheckpointError(
      'architecture',
      `expected synthesis blocks b4, b8, …, got ${listNames(synthesis.children())}`,
    );
  return highest;
}

function checkBlock(synthesis: NvidiaModule, resolution: number, budget: Budget): void {
  const block = synthesis.child(`b${resolution}`);
  if (!block)
    throw new CheckpointError(
      'missing',
      `expected ${synthesis.label(`b${resolution}`)}, found no such block`,
    );
  const architecture = block.attribute('architecture');
  if (architecture !== undefined && architecture !== 'skip')
    throw new CheckpointError(
      'architecture',
      `expected architecture skip, got ${describeValue(architecture)} in ${block.path}`,
    );
  if (block.child('skip'))
    throw new CheckpointError(
      'architecture',
      `expected architecture skip, got a residual one: found ${block.label('skip')}`,
    );
  for (const module of [block, block.child('conv0'), block.child('conv1')]) {
    const filter = module?.tensor('resample_filter');
    if (module && filter) checkFilter(module.label('resample_filter'), filter, 1, budget);
  }
}
