import { Command, InvalidArgumentError } from 'commander';
import { chooseDevice } from '../platform/devices.ts';
import {
  createThreadPreviews,
  createThreadRunner,
  findPanel,
  SERVICE_DEFAULTS,
  startService,
} from '../service/index.ts';
import { realNumber, wholeNumber } from './arguments.ts';
import { addMachineOptions, type MachineOptions } from './machine.ts';
import { createTerminal } from './terminal.ts';

interface Options extends MachineOptions {
  readonly host: string;
  readonly port: number;
  readonly models: string;
  readonly images: string;
  readonly data: string;
  readonly token?: string;
  readonly cors: readonly string[];
  readonly keepDays: number;
  readonly keepBytes: number;
  readonly maxUpload: number;
  readonly maxQueue: number;
  readonly maxStreams: number;
  readonly rate: number;
}

/** The token's other name: arguments can be read by everyone on a machine. */
const TOKEN_VARIABLE = 'TURNAROUND_TOKEN';

/** `turnaround serve`: the other commands over HTTP. */
export function serveCommand(signal: AbortSignal): Command {
  const defaults = SERVICE_DEFAULTS;
  return addMachineOptions(
    new Command('serve')
      .description(
        'Make characters over HTTP: jobs (generate, build, train, evaluate), uploads of checkpoints, progress as events, ' +
          'finished files; /v1/openapi.json describes it. SIGTERM or Ctrl-C puts the running job back into the queue and ends it',
      )
      .option('--models <folder>', 'model folders that jobs can name, each below this one', defaults.models)
      .option(
        '--images <folder>',
        'image sets that build jobs can name, each a folder below this one',
        defaults.images,
      )
      .option('--data <folder>', 'for jobs and what they make', defaults.data)
      .option('--host <host>', 'address to listen on; off this machine only with a token', defaults.host)
      .option('--port <port>', '0 takes one that is free', wholeNumber('--port', 0, 65_535), defaults.port)
      .option(
        '--token <token>',
        `clients have to send as Authorization: Bearer …; better in ${TOKEN_VARIABLE}, which ps does not show`,
      )
      .option(
        '--cors <origin>',
        'whose pages may read answers, such as https://example.org; can be given again',
        (origin: string, all: readonly string[]) => [...all, origin],
        [],
      )
      .option(
        '--keep-days <days>',
        'of finished jobs',
        realNumber('--keep-days', 0, 36_500),
        defaults.keepDays,
      )
      .option(
        '--keep-bytes <bytes>',
        'of all finished jobs together, such as 20G; the oldest go first (default: 20G)',
        byteCount('--keep-bytes'),
        defaults.keepBytes,
      )
      .option(
        '--max-upload <bytes>',
        'of a checkpoint (default: 1G)',
        byteCount('--max-upload'),
        defaults.maxUploadBytes,
      )
      .option('--max-queue <jobs>', 'that wait', wholeNumber('--max-queue', 1, 100_000), defaults.maxQueue)
      .option(
        '--max-streams <count>',
        'event streams at once',
        wholeNumber('--max-streams', 1, 100_000),
        defaults.maxStreams,
      )
      .option(
        '--rate <requests>',
        'a minute from one address',
        wholeNumber('--rate', 1, 10_000_000),
        defaults.requestsPerMinute,
      ),
  ).action(async (options: Options) => {
    const terminal = createTerminal(options.json, process.stdout, process.stderr);
    const log = (message: string) => void process.stderr.write(`${message}\n`);
    const device = await chooseDevice(options.device);
    if (options.device === 'auto') terminal.say(`device: ${device} (chosen by auto)`);
    const where = { device, threads: options.threads, allowFallback: options.cpuFallback ?? false };
    const machine = { where, placement: options.placement ?? false, log };
    const panel = findPanel();
    if (!panel) log('the panel is not built, so that there is no page at /; build it with: npm run build');
    const { maxUpload, rate, token, ...rest } = options;
    const service = await startService(
      {
        ...defaults,
        host: rest.host,
        port: rest.port,
        models: rest.models,
        images: rest.images,
        data: rest.data,
        cors: rest.cors,
        keepDays: rest.keepDays,
        keepBytes: rest.keepBytes,
        maxQueue: rest.maxQueue,
        maxStreams: rest.maxStreams,
        token: token ?? (process.env[TOKEN_VARIABLE] || null),
        maxUploadBytes: maxUpload,
        requestsPerMinute: rate,
        panel,
      },
      { runner: createThreadRunner(machine), previews: createThreadPreviews(machine) },
      log,
    );
    terminal.result({ url: service.url }, [
      `listening on ${service.url}; ${panel ? 'open it for the panel; ' : ''}${service.url}/v1/openapi.json says what it takes`,
    ]);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    terminal.say('stopping');
    await service.close();
  });
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A number of bytes such as 500M. */
function byteCount(name: string): (text: string) => number {
  return (text) => {
    const match = /^(\d{1,12})([KMGT]?)$/i.exec(text.trim());
    const bytes = Number(match?.[1]) * UNITS[match?.[2]?.toUpperCase() ?? '']!;
    if (match && Number.isSafeInteger(bytes)) return bytes;
    throw new InvalidArgumentError(
      `Expected a number of bytes such as 500M or 20G for ${name} but received ${text}`,
    );
  };
}
