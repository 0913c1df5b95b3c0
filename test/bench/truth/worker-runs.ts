import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../../../generator/src/evaluation/index.ts';
import { ROOT } from '../../shared.ts';
import { TruthError } from './errors.ts';

export interface WorkerRun {
  readonly workers: number;
  readonly characters: number;
  readonly model: string;
  /** Of Redis. */
  readonly url: string;
  readonly out: string;
  /** Of ONNX Runtime in each worker. */
  readonly threads: number;
  /** null: the worker's own default. */
  readonly packers: number | null;
}

export interface RunFigures {
  readonly charactersPerMinute: number;
  /** Share of the workers' time for which one of their networks ran. */
  readonly ortShare: number;
  /** Resident memory of the largest worker, at most. */
  readonly peakMegabytes: number;
  /** Resident memory in the last quarter of the time ÷ that in the second: medians, of the worker that grew most. */
  readonly memoryGrowth: number;
}

/** How often memory is read, ms. */
const INTERVAL = 500;

/** Makes characters with real workers, from the built command. */
export async function runWorkers(run: WorkerRun): Promise<RunFigures> {
  const { url, model, threads, packers } = run;
  const common = ['--device', 'cpu', '--json'];
  const workers = Array.from({ length: run.workers }, () =>
    command([
      ...['worker', '--queue', url, '--threads', String(threads), ...common],
      ...(packers === null ? [] : ['--packers', String(packers)]),
    ]),
  );
  const memory = workers.map((): number[] => []);
  const timer = setInterval(() => {
    for (const [k, { child }] of workers.entries()) {
      const resident = megabytesOf(child);
      if (resident !== null) memory[k]!.push(resident);
    }
  }, INTERVAL);
  try {
    const asked = command([
      ...['generate', '--queue', url, '--model', model, '--out', run.out, ...common],
      ...['--seeds', `0-${run.characters - 1}`],
    ]);
    const { made } = await asked.result();
    if (made !== run.characters)
      throw new TruthError('data', `bench:batch: expected ${run.characters} characters, got ${made}`);
  } finally {
    clearInterval(timer);
    for (const { child } of workers) child.kill('SIGTERM');
  }
  const results = await Promise.all(workers.map((worker) => worker.result()));
  const seconds = results.map((result) => Number(result['seconds']));
  const inference = results.map((result) => Number(result['inferenceSeconds']));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    charactersPerMinute: round((60 * run.characters) / Math.max(...seconds), 2),
    ortShare: round(sum(inference) / sum(seconds), 3),
    peakMegabytes: round(Math.max(...memory.flat()), 0),
    memoryGrowth: round(Math.max(...memory.map(growth)), 3),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function growth(samples: readonly number[]): number {
  const quarter = (k: number) =>
    samples.slice(Math.floor((k * samples.length) / 4), Math.ceil(((k + 1) * samples.length) / 4));
  return median(quarter(3)) / median(quarter(1));
}

interface Command {
  readonly child: ChildProcess;
  /** Its JSON, once it has ended. */
  result(): Promise<Readonly<Record<string, unknown>>>;
}

function command(args: readonly string[]): Command {
  const child = spawn(process.execPath, [join(ROOT, 'generator/bin/turnaround.js'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    async result() {
      const code = await ended;
      if (code !== 0) throw new TruthError('data', `turnaround ${args[0]} ended with ${code}`);
      return JSON.parse(output);
    },
  };
}

/** Of memory, as Linux counts it; null where the process has ended, or elsewhere. */
function megabytesOf({ pid }: ChildProcess): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
