import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Runtime, Session } from '../../../generator/src/graph/index.ts';
import { ownThread } from '../../../generator/src/platform/own-script.ts';
import { openTaskThread, type TaskHooks } from '../../../generator/src/platform/task-thread.ts';
import { timedRuntime } from '../../../generator/src/platform/timed-runtime.ts';
import type { EchoTask } from './echo-thread.ts';

const machine = { where: { device: 'cpu', threads: 1, allowFallback: false }, placement: false } as const;
const open = () =>
  openTaskThread<EchoTask, Float32Array>(ownThread(import.meta.url, 'echo-thread'), machine, () => {});
const hooks = (more: Partial<TaskHooks> = {}): TaskHooks => ({
  ...{ signal: new AbortController().signal, progress: () => {}, warn: () => {} },
  ...more,
});

describe('a thread for tasks', () => {
  const thread = open();
  afterAll(() => thread.close());

  it('does one after another, gives buffers away, and outlives those that fail', async () => {
    const given = Float32Array.from([1, 2, 3]);
    const stages: string[] = [];
    const progress: TaskHooks['progress'] = ({ stage }) => void stages.push(stage);
    expect(await thread.run({ say: given }, hooks({ progress }), [given.buffer])).toEqual(
      Float32Array.from([1, 2, 3]),
    );
    expect(given.length).toBe(0);
    expect(stages).toEqual(['echo']);
    await expect(thread.run({ fail: 'no luck' }, hooks())).rejects.toMatchObject({
      ...{ message: 'no luck', code: 'echo-failed', stack: expect.stringContaining('echo-thread') },
    });
    expect(await thread.run({ say: Float32Array.of(4) }, hooks())).toEqual(Float32Array.of(4));
    expect(thread.alive).toBe(true);
  });

  it('stops a task that is not wanted any more, and not the next', async () => {
    const abort = new AbortController();
    const waiting = thread.run({ wait: true }, hooks({ signal: abort.signal }));
    setTimeout(() => abort.abort(), 20);
    await expect(waiting).rejects.toThrow('stopped as asked');
    await expect(thread.run({ wait: true }, hooks({ signal: abort.signal }))).rejects.toThrow(/abort/i);
    expect(await thread.run({ say: Float32Array.of(5) }, hooks())).toEqual(Float32Array.of(5));
  });

  it('says so when it dies, at once and ever after', async () => {
    await expect(thread.run({ die: true }, hooks())).rejects.toMatchObject({ code: 'thread-ended' });
    expect(thread.alive).toBe(false);
    await expect(thread.run({ say: Float32Array.of(1) }, hooks())).rejects.toMatchObject({
      code: 'thread-ended',
    });
  });
});

describe('a timed runtime', () => {
  it('adds up runs, and counts those that overlap once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const session = {
      ...{ inputNames: ['ms'], outputNames: [] },
      run: async (feeds: Readonly<Record<string, { readonly data: ArrayLike<unknown> }>>) => {
        await wait(Number(feeds['ms']!.data[0]));
        return {};
      },
      release: async () => {},
    } as Session;
    const { runtime, spent } = timedRuntime({ device: 'cpu', load: async () => session } as Runtime);
    const timed = await runtime.load(new Uint8Array());
    const run = (ms: number) =>
      timed.run({ ms: { dtype: 'float32', shape: [1], data: Float32Array.of(ms) } });
    await vi.advanceTimersByTimeAsync(100);
    expect(spent()).toBe(0);
    const both = Promise.all([run(100), run(150)]);
    await vi.advanceTimersByTimeAsync(250);
    await both;
    const last = run(50);
    await vi.advanceTimersByTimeAsync(50);
    await last;
    expect(spent()).toBe(200);
  });
});
