import { availableParallelism } from 'node:os';
import { Option } from 'commander';
import type { Platform } from '../pipeline/platform.ts';
import { openRuntime } from '../platform/devices.ts';
import { createFiles } from '../platform/files.ts';
import { createImageCodec } from '../platform/image-codec.ts';
import type { Device } from '../platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../platform/worker-training-runtime.ts';
import { wholeNumber } from './arguments.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Options that every command which runs networks takes. */
export interface MachineOptions {
  readonly device: Device;
  readonly threads: number;
  readonly json: boolean;
}

export const deviceOption = (): Option =>
  new Option('--device <device>', 'where networks run; auto takes the first that works')
    .choices(['cpu', 'cuda', 'webgpu', 'auto'])
    .default('auto');

export const threadsOption = (): Option =>
  new Option('--threads <count>', 'processor threads that networks use')
    .default(availableParallelism())
    .argParser(wholeNumber('--threads', 1, 1024));

export const jsonOption = (): Option =>
  new Option('--json', 'print the result as one JSON object, for scripts').default(false);

/** This machine, as stages and a terminal see it. Says which device `auto` took. */
export async function openMachine(
  { device, threads, json }: MachineOptions,
  signal: AbortSignal,
): Promise<{ platform: Platform; terminal: Terminal }> {
  const terminal = createTerminal(json, process.stdout, process.stderr);
  const runtime = await openRuntime(device, threads);
  if (device === 'auto') terminal.say(`device: ${runtime.device} (chosen by auto)`);
  const platform: Platform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime,
    openTraining: () =>
      createWorkerTrainingRuntime({ device: runtime.device as Exclude<Device, 'auto'>, threads }),
    signal,
    progress: (event) => terminal.progress(event),
    warn: (message) => terminal.warn(message),
  };
  return { platform, terminal };
}
