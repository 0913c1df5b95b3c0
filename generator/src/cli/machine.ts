import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { Platform } from '../pipeline/platform.ts';
import { chooseDevice } from '../platform/devices.ts';
import { graphName } from '../platform/graph-name.ts';
import { createImageCodec } from '../platform/image-codec.ts';
import {
  createRuntime,
  type Device,
  type ModelWatch,
  type RuntimeOptions,
} from '../platform/onnx-runtime.ts';
import { describePlacements, placementOf } from '../platform/placement.ts';
import { createStorage } from '../platform/storage.ts';
import { createWorkerTrainingRuntime } from '../platform/worker-training-runtime.ts';
import { wholeNumber } from './arguments.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Options that every command which runs networks takes. */
export interface MachineOptions {
  readonly device: Device;
  readonly threads: number;
  readonly json: boolean;
  /** Whether to say where ONNX Runtime puts nodes. */
  readonly placement?: boolean;
  /** Whether nodes that the device has no kernel for may run on the CPU. */
  readonly cpuFallback?: boolean;
  /** Of S3-compatible storage. */
  readonly s3Endpoint?: string;
}

const deviceOption = (): Option =>
  new Option('--device <device>', 'where networks run; auto takes the first that is faster than the CPU')
    .choices(['cpu', 'cuda', 'webgpu', 'auto'])
    .default('auto');

const placementOption = (): Option =>
  new Option('--placement', 'say how many nodes of each network every provider of ONNX Runtime got').default(
    false,
  );

const fallbackOption = (): Option =>
  new Option(
    '--cpu-fallback',
    'let nodes that the device has no kernel for run on the CPU; otherwise they are an error',
  ).default(false);

const threadsOption = (): Option =>
  new Option('--threads <count>', 'processor threads that networks use')
    .default(availableParallelism())
    .argParser(wholeNumber('--threads', 1, 1024));

export const jsonOption = (): Option =>
  new Option('--json', 'print the result as one JSON object, for scripts').default(false);

/** `MachineOptions` on a command. */
export const addMachineOptions = (command: Command): Command =>
  [deviceOption(), threadsOption(), placementOption(), fallbackOption(), jsonOption()].reduce(
    (all, option) => all.addOption(option),
    command,
  );

/** This machine, as stages and a terminal see it. Says which device `auto` took. */
export async function openMachine(
  { device, threads, json, placement = false, cpuFallback = false, s3Endpoint }: MachineOptions,
  signal: AbortSignal,
): Promise<{ platform: Platform; terminal: Terminal; where: RuntimeOptions }> {
  const terminal = createTerminal(json, process.stdout, process.stderr);
  const chosen = await chooseDevice(device);
  if (device === 'auto') terminal.say(`device: ${chosen} (chosen by auto)`);
  const say = (text: string) => (json ? void process.stderr.write(`${text}\n`) : terminal.say(text));
  const watch: ModelWatch | undefined = placement
    ? async (model) =>
        say(`placement: ${graphName(model)}: ${describePlacements(await placementOf(model, chosen))}`)
    : undefined;
  const where = { device: chosen, threads, allowFallback: cpuFallback };
  const runtime = createRuntime(where, watch);
  const platform: Platform = {
    files: createStorage(s3Endpoint ?? null),
    images: createImageCodec(),
    runtime,
    openTraining: () => createWorkerTrainingRuntime(where, watch),
    signal,
    progress: (event) => terminal.progress(event),
    warn: (message) => terminal.warn(message),
  };
  return { platform, terminal, where };
}
