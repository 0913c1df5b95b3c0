import { answerTasks } from '../../../generator/src/platform/answer-tasks.ts';

/** A thread for tests: what a task says is what it does. */
export type EchoTask =
  | { readonly say: Float32Array }
  | { readonly fail: string }
  | { readonly die: true }
  /** Waits until it is told to stop. */
  | { readonly wait: true };

answerTasks<EchoTask, Float32Array>(async (platform, task) => {
  if ('say' in task) {
    platform.progress({ stage: 'echo', done: 1, total: 1 });
    return { outcome: task.say, transfer: [task.say.buffer as ArrayBuffer] };
  }
  if ('fail' in task) throw Object.assign(new Error(task.fail), { code: 'echo-failed' });
  if ('die' in task) process.exit(1);
  await new Promise((_, reject) =>
    platform.signal.addEventListener('abort', () => reject(new Error('stopped as asked'))),
  );
  return { outcome: new Float32Array(0) };
});
