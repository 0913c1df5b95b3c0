import { Command } from 'commander';
import { openQueue, runWorker, WORKER_DEFAULTS } from '../batch/index.ts';
import { chooseDevice } from '../platform/devices.ts';
import { realNumber, wholeNumber } from './arguments.ts';
import { addMachineOptions, type MachineOptions } from './machine.ts';
import { endpointOption } from './storage-options.ts';
import { createTerminal, type Terminal } from './terminal.ts';

interface Options extends MachineOptions {
  readonly queue: string;
  readonly model: readonly string[];
  readonly packers: number;
  readonly lock: number;
  readonly idle?: number;
  readonly s3Endpoint?: string;
  readonly deadLetters: boolean;
}

/** Dead letters that are listed. */
const MOST_LETTERS = 1000;

/** `turnaround worker`: makes characters that `turnaround generate --queue` asks for. */
export function workerCommand(signal: AbortSignal): Command {
  return addMachineOptions(
    new Command('worker')
      .description(
        'Make the characters that turnaround generate --queue asks for, on as many machines as there are; Ctrl-C or ' +
          'SIGTERM finishes those under way and ends it. What a worker had begun when its machine vanished is made by another. ' +
          'Redis should keep what it is told (appendonly yes, appendfsync always), and only those who may write files here ' +
          'should reach it: jobs name the folder that they are written to',
      )
      .requiredOption('--queue <url>', 'Redis, such as redis://localhost:6379')
      .option(
        '--model <folder>',
        'this machine’s copy of a model, where it is not in the folder that the job names; can be given again',
        (folder: string, all: readonly string[]) => [...all, folder],
        [],
      )
      .option(
        '--packers <threads>',
        'threads that cut, mesh and encode characters while the next one is drawn',
        wholeNumber('--packers', 1, 64),
        WORKER_DEFAULTS.packers,
      )
      .option(
        '--lock <seconds>',
        'how long after its last sign of life a worker’s characters go to others',
        realNumber('--lock', 1, 3600),
        WORKER_DEFAULTS.lock / 1000,
      )
      .option(
        '--idle <seconds>',
        'end when the queue has been empty for so long (default: never)',
        realNumber('--idle', 0.1, 1e6),
      )
      .option(
        '--dead-letters',
        'list the characters that could not be made, with their errors, and end',
        false,
      )
      .addOption(endpointOption()),
  ).action(async (options: Options) => {
    const terminal = createTerminal(options.json, process.stdout, process.stderr);
    if (options.deadLetters) await listDeadLetters(options.queue, terminal);
    else await work(options, terminal, signal);
  });
}

async function listDeadLetters(url: string, terminal: Terminal): Promise<void> {
  const queue = await openQueue(url, (message) => terminal.warn(message));
  try {
    const letters = await queue.deadLetters(MOST_LETTERS);
    terminal.result(
      letters,
      letters.length === 0
        ? ['no dead letters']
        : letters.map(
            ({ seed, out, error, attempts }) => `${out}/${seed}.glb, tried ${attempts} times: ${error}`,
          ),
    );
  } finally {
    await queue.close();
  }
}

async function work(options: Options, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const device = await chooseDevice(options.device);
  if (options.device === 'auto') terminal.say(`device: ${device} (chosen by auto)`);
  terminal.say(`waiting for characters on ${withoutPassword(options.queue)}`);
  const result = await runWorker({
    where: { device, threads: options.threads, allowFallback: options.cpuFallback ?? false },
    placement: options.placement ?? false,
    queue: options.queue,
    models: options.model,
    packers: options.packers,
    lock: 1000 * options.lock,
    idle: options.idle === undefined ? null : 1000 * options.idle,
    endpoint: options.s3Endpoint ?? null,
    signal,
    log: (message) => terminal.warn(message),
    finished: (seed, out, made) =>
      terminal.say(`${out}/${seed}.glb ${made ? 'made' : 'already there or rejected'}`),
  });
  const { made, found, rejected, failed, seconds, inferenceSeconds } = result;
  const share = seconds > 0 ? Math.round((100 * inferenceSeconds) / seconds) : 0;
  terminal.result(result, [
    `${made} made, ${found} already there, ${rejected} rejected, ${failed} failed; ` +
      `${seconds.toFixed(1)} s, ${share} % of them inside ONNX Runtime`,
  ]);
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
