import PQueue from 'p-queue';
import type { DrawnCharacter } from '../pipeline/characters/drawer.ts';
import type { PackPlan } from '../pipeline/characters/pack.ts';
import type { CharacterPlan } from '../pipeline/characters/recipe.ts';
import { ownThread } from '../platform/own-script.ts';
import {
  openTaskThread,
  type TaskHooks,
  type TaskThread,
  type ThreadMachine,
} from '../platform/task-thread.ts';
import type { BatchJob, BatchOutcome } from './job.ts';

export interface DrawTask {
  readonly job: BatchJob;
  /** This machine's folder of the job's model. */
  readonly model: string;
}

/** What is left to be done of a drawn character. */
export interface PackTask {
  readonly job: BatchJob;
  readonly plan: PackPlan & Pick<CharacterPlan, 'recorded'>;
  readonly drawn: DrawnCharacter;
}

export type DrawAnswer = { readonly finished: BatchOutcome } | { readonly pack: PackTask };

export interface LineOptions extends ThreadMachine {
  /** Threads that pack. */
  readonly packers: number;
  log(message: string): void;
}

/**
 * Characters one behind the other: a thread draws the next one while others pack those before it. The thread that asks
 * only waits, so that it can keep its locks.
 */
export interface ProductionLine {
  make(task: DrawTask, hooks: TaskHooks): Promise<BatchOutcome>;
  /** Milliseconds inside ONNX Runtime so far. */
  inference(): number;
  close(): Promise<void>;
}

export function openLine({ packers, log, where, placement }: LineOptions): ProductionLine {
  const machine = { where, placement };
  const draw = crew<DrawTask, DrawAnswer>('draw-thread', 1, machine, log);
  const pack = crew<PackTask, BatchOutcome>('pack-thread', packers, machine, log);
  return {
    async make(task, hooks) {
      const answer = await draw.run(task, hooks);
      if ('finished' in answer) return answer.finished;
      return pack.run(answer.pack, hooks);
    },
    inference: () => draw.inference() + pack.inference(),
    async close() {
      await Promise.all([draw.close(), pack.close()]);
    },
  };
}

interface Crew<Task, Outcome> {
  run(task: Task, hooks: TaskHooks): Promise<Outcome>;
  inference(): number;
  close(): Promise<void>;
}

/** Threads of one kind, begun when they are needed. One that has died is replaced. */
function crew<Task, Outcome>(
  script: string,
  size: number,
  machine: ThreadMachine,
  log: (message: string) => void,
): Crew<Task, Outcome> {
  const turns = new PQueue({ concurrency: size });
  const idle: TaskThread<Task, Outcome>[] = [];
  let buried = 0;
  return {
    run(task, hooks) {
      return turns.add(async () => {
        const thread =
          idle.pop() ?? openTaskThread<Task, Outcome>(ownThread(import.meta.url, script), machine, log);
        const before = thread.inference;
        try {
          return await thread.run(task, hooks);
        } finally {
          buried += thread.inference - before;
          if (thread.alive) idle.push(thread);
        }
      });
    },
    inference: () => buried,
    async close() {
      await turns.onIdle();
      await Promise.all(idle.splice(0).map((thread) => thread.close()));
    },
  };
}
