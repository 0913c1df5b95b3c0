import { blockConvolutions, probeBlock } from './blocked/index.ts';
import { float32, type Runtime, type TensorValue } from './runtime.ts';
import { serialize } from './serialize.ts';
import type { TrainingState, TrainingStep } from './training-step.ts';

/** A training step that is loaded and holds its state. */
export interface TrainingSession {
  /** Runs a step from the state to the next one. @returns the reports: loss, gradient norm and metrics */
  step(feeds: Readonly<Record<string, TensorValue>>): Promise<Record<string, Float32Array>>;
  /** Goes back to the state before the last step; once. */
  rollBack(): Promise<void>;
  read(): Promise<TrainingState>;
  /** Goes on from another state, of the same shapes. */
  write(state: TrainingState): Promise<void>;
  release(): Promise<void>;
}

/** What loads training steps. `platform/` has one that runs them in a worker. */
export interface TrainingRuntime {
  readonly device: string;
  load(step: TrainingStep, initial: TrainingState): Promise<TrainingSession>;
}

/** What a session needs to know of a step: it can be sent to a worker. */
export interface TrainingModel {
  readonly model: Uint8Array;
  readonly state: TrainingStep['state'];
  readonly reports: readonly string[];
}

/** @param block from `probeBlock`, of the machine that will run it */
export const trainingModel = (step: TrainingStep, block: number | null): TrainingModel => ({
  model: serialize(block === null ? step.graph : blockConvolutions(step.graph, block)),
  state: step.state,
  reports: step.reports,
});

/** Trains on the calling thread, which a step blocks. */
export function trainingRuntime(runtime: Runtime): TrainingRuntime {
  return {
    device: runtime.device,
    load: async (step, initial) =>
      loadTraining(runtime, trainingModel(step, await probeBlock(runtime)), initial),
  };
}

/**
 * Feeds a step's outputs straight back as the next one's inputs. The tensors of the step before are kept for
 * `rollBack`; everything older is free.
 */
export async function loadTraining(
  runtime: Runtime,
  { model, state, reports }: TrainingModel,
  initial: TrainingState,
): Promise<TrainingSession> {
  const session = await runtime.load(model);
  const tensors = (values: TrainingState): Record<string, TensorValue> =>
    Object.fromEntries(state.map(({ name, shape }) => [name, float32(values[name]!, shape)]));
  let current = tensors(initial);
  let previous: Record<string, TensorValue> | null = null;
  return {
    async step(feeds) {
      const outputs = await session.run({ ...feeds, ...current });
      previous = current;
      current = Object.fromEntries(state.map(({ name, next }) => [name, outputs[next]!]));
      return Object.fromEntries(reports.map((name) => [name, outputs[name]!.data as Float32Array]));
    },
    async rollBack() {
      if (!previous) throw new Error('training session: no step to go back from');
      current = previous;
      previous = null;
    },
    async read() {
      return Object.fromEntries(
        Object.entries(current).map(([name, { data }]) => [name, (data as Float32Array).slice()]),
      );
    },
    async write(values) {
      current = tensors(values);
      previous = null;
    },
    release: () => session.release(),
  };
}
