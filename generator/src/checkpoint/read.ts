import type { StyleGan2Weights } from '../gan/weights.ts';
import { assembleWeights } from './assemble.ts';
import { Budget } from './budget.ts';
import { readContainer } from './container.ts';
import { CheckpointError, listNames } from './errors.ts';
import { nvidiaSource } from './nvidia.ts';
import { rosinalitySource } from './rosinality.ts';
import { describeValue } from './values.ts';
import type { CheckpointFormat } from './weight-source.ts';

/** A checkpoint, with what its weights alone do not tell. */
export interface Checkpoint {
  readonly format: CheckpointFormat;
  /** Whether the network adds constant noise; false also where the file holds none. */
  readonly noise: boolean;
  readonly weights: StyleGan2Weights;
}

/**
 * Reads a StyleGAN2 from NVIDIA's `.pkl` (its `G_ema`) or rosinality's `.pt`, in PyTorch's zip form or the older one.
 * Pickles are read as data by a machine that knows a fixed list of names; no code of a file is ever run.
 *
 * @param bytes the whole file; only viewed, and free to go afterwards: the weights are copies
 * @throws CheckpointError for anything else, naming what was found
 */
export function readCheckpoint(bytes: Uint8Array): StyleGan2Weights {
  return openCheckpoint(bytes).weights;
}

/** Reads a checkpoint, together with its format. See {@link readCheckpoint}. */
export function openCheckpoint(bytes: Uint8Array): Checkpoint {
  // Node's Buffer is a Uint8Array with other methods of the same names.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const budget = new Budget(plain.length);
  const root = readContainer(plain, budget);
  if (!(root instanceof Map))
    throw new CheckpointError('format', `expected a dict with G_ema or g_ema, got ${describeValue(root)}`);
  const source = root.has('G_ema')
    ? nvidiaSource(root, budget)
    : root.has('g_ema')
      ? rosinalitySource(root, budget)
      : null;
  if (!source)
    throw new CheckpointError(
      'format',
      `expected a dict with G_ema or g_ema, got one with ${listNames(root.keys())}`,
    );
  return {
    format: source.format,
    noise: source.usesNoise('synthesis.b4.conv1'),
    weights: assembleWeights(source, budget),
  };
}
