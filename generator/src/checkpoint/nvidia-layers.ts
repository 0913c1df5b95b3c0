import { CheckpointError } from './errors.ts';
import type { NvidiaModule } from './nvidia-module.ts';
import { describeValue } from './values.ts';

const GAIN_TOLERANCE = 1e-4;

export interface LayerSettings {
  readonly mappingLayers: number;
  readonly mappingLearningRate: number;
  readonly convClamp: number | null;
}

/**
 * Reads what NVIDIA's layers hold besides weights. Gains are recomputed by the graphs; here they only have to say
 * what the graphs will do, so that a network which was altered is refused instead of drawn wrongly.
 *
 * @throws CheckpointError 'architecture'
 */
export function checkNvidiaLayers(
  mapping: NvidiaModule,
  synthesis: NvidiaModule,
  resolution: number,
): LayerSettings {
  const layers = mappingLayers(mapping);
  for (let i = 0; i < layers; i++)
    if (!mapping.child(`fc${i}`))
      throw new CheckpointError('missing', `expected mapping.fc${i}, found no such layer`);
  const learningRate = mappingLearningRate(mapping);
  for (let i = 0; i < layers; i++) {
    const layer = mapping.child(`fc${i}`);
    if (!layer) continue;
    checkSetting(layer, 'activation', 'lrelu');
    checkSetting(layer, 'bias_gain', learningRate);
    checkSetting(layer, 'weight_gain', learningRate / Math.sqrt(inputsOf(layer)));
  }
  const clamps = new ClampCollector();
  for (let r = 4; r <= resolution; r *= 2) {
    for (const name of ['conv0', 'conv1', 'torgb']) {
      const layer = synthesis.descend(`b${r}.${name}`);
      if (!layer) continue;
      clamps.add(layer);
      if (name === 'torgb') checkSetting(layer, 'weight_gain', 1 / Math.sqrt(inputsOf(layer)));
      else {
        checkSetting(layer, 'activation', 'lrelu');
        checkSetting(layer, 'act_gain', Math.SQRT2);
        checkSetting(layer, 'up', name === 'conv0' ? 2 : 1);
      }
      const affine = layer.child('affine');
      if (!affine) continue;
      checkSetting(affine, 'activation', 'linear');
      checkSetting(affine, 'bias_gain', 1);
      checkSetting(affine, 'weight_gain', 1 / Math.sqrt(inputsOf(affine)));
    }
  }
  return { mappingLayers: layers, mappingLearningRate: learningRate, convClamp: clamps.value };
}

/** As many as the network says it has or as are there, whichever is more, so that a lost one is found missing. */
function mappingLayers(mapping: NvidiaModule): number {
  const stated = mapping.attribute('num_layers');
  let layers = typeof stated === 'number' && Number.isSafeInteger(stated) ? Math.max(stated, 1) : 1;
  for (const name of mapping.children()) {
    const match = /^fc(\d{1,4})$/.exec(name);
    if (match) layers = Math.max(layers, Number(match[1]) + 1);
  }
  return layers;
}

/** The bias's gain is the multiplier itself. */
function mappingLearningRate(mapping: NvidiaModule): number {
  const gain = mapping.child('fc0')?.attribute('bias_gain');
  if (typeof gain !== 'number' || !(gain > 0) || !Number.isFinite(gain))
    throw new CheckpointError(
      'architecture',
      `expected mapping.fc0.bias_gain to be the learning rate multiplier, got ${describeValue(gain)}`,
    );
  return gain;
}

/** Number of inputs of a layer, by its weight. */
function inputsOf(layer: NvidiaModule): number {
  return layer.tensor('weight')?.shape[1] ?? Number.NaN;
}

/** Compares an attribute, where there is one, with what StyleGAN2 has. */
function checkSetting(layer: NvidiaModule, name: string, expected: string | number): void {
  const value = layer.attribute(name);
  if (value === undefined || value === expected || Number.isNaN(expected)) return;
  if (typeof value === 'number' && typeof expected === 'number')
    if (Math.abs(value - expected) <= GAIN_TOLERANCE * Math.abs(expected)) return;
  throw new CheckpointError(
    'architecture',
    `expected ${layer.label(name)} ${expected}, got ${describeValue(value)}`,
  );
}

/** All layers clamp alike, or none does. */
class ClampCollector {
  value: number | null = null;
  #first: string | null = null;

  add(layer: NvidiaModule): void {
    const label = layer.label('conv_clamp');
    const clamp = layer.attribute('conv_clamp') ?? null;
    if (clamp !== null && !(typeof clamp === 'number' && clamp > 0))
      throw new CheckpointError(
        'architecture',
        `expected ${label} to be None or a positive number, got ${describeValue(clamp)}`,
      );
    if (this.#first === null) {
      this.#first = label;
      this.value = clamp;
    } else if (clamp !== this.value)
      throw new CheckpointError(
        'architecture',
        `expected one conv_clamp, got ${describeValue(this.value)} as ${this.#first} and ${describeValue(clamp)} as ${label}`,
      );
  }
}
