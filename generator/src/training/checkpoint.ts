import type { TrainingState, TrainingStep } from '../graph/index.ts';
import { TrainingError } from './errors.ts';
import { readTensors, writeTensors } from './safetensors.ts';

/** Where a run can go on: everything that its next step depends on. */
export interface TrainingCheckpoint {
  /** Index of the next step. */
  readonly step: number;
  readonly state: TrainingState;
}

/** What makes two runs the same one, as text: seed, number of steps, options of the model. */
export type RunSettings = string;

const FORMAT = 'turnaround-training-1';

export function writeCheckpoint({ step, state }: TrainingCheckpoint, settings: RunSettings): Uint8Array {
  return writeTensors({ metadata: { format: FORMAT, step: String(step), settings }, tensors: state });
}

/** Reads a checkpoint for a training step; one of another run or another model is refused by name. */
export function readCheckpoint(
  bytes: Uint8Array,
  step: TrainingStep,
  settings: RunSettings,
): TrainingCheckpoint {
  const { metadata, tensors } = readTensors(bytes);
  if (metadata['format'] !== FORMAT)
    throw new TrainingError(`checkpoint: expected format ${FORMAT}, got ${metadata['format']}`);
  if (metadata['settings'] !== settings)
    throw new TrainingError(
      `checkpoint: expected settings ${settings}, got ${metadata['settings']}`,
      'training-other',
    );
  for (const { name, shape } of step.state) {
    const size = shape.reduce((n, d) => n * d, 1);
    if (tensors[name]?.length !== size)
      throw new TrainingError(
        `checkpoint: expected ${name} [${shape}], got ${tensors[name]?.length ?? 'no'} elements`,
      );
  }
  return { step: Number(metadata['step']), state: tensors };
}
