import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Runtime } from '../graph/index.ts';
import { createRuntime, type Device } from './onnx-runtime.ts';

/** Where `auto` looks, in this order. */
const PREFERRED = ['cuda', 'webgpu'] as const;

const HELP = {
  cuda:
    'install the CUDA build with `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --foreground-scripts` ' +
    'on a machine with an NVIDIA driver, CUDA 12 and cuDNN 9',
  webgpu:
    'it needs a GPU with a Vulkan, Metal or Direct3D 12 driver (on Debian: libvulkan1 and the vendor’s driver)',
} as const;

/** A device that was asked for and is not there. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code = 'device';
}

/**
 * The runtime of a device, after a trial run on it.
 * `auto` takes the first of cuda and webgpu that works, else the CPU.
 * @throws DeviceError where the device asked for is not there
 */
export async function openRuntime(device: Device, threads: number): Promise<Runtime> {
  if (device === 'auto') {
    for (const candidate of PREFERRED)
      if ((await probe(candidate)) === null) return createRuntime({ device: candidate, threads });
    return createRuntime({ device: 'cpu', threads });
  }
  if (device !== 'cpu') {
    const problem = await probe(device);
    if (problem !== null)
      throw new DeviceError(`device: ${device} is not available here (${problem}); ${HELP[device]}`);
  }
  return createRuntime({ device, threads });
}

/** A driver that hangs is none. Milliseconds. */
const PATIENCE = 30_000;

/** Tries a device in a process of its own; null where it works, else why not. */
function probe(device: (typeof PREFERRED)[number]): Promise<string | null> {
  // The same extension as this file's: the sources are run through a loader, whose flags the child inherits.
  const script = fileURLToPath(
    new URL(`./device-probe${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
  );
  return new Promise((resolve) => {
    const args = [...process.execArgv, script, device];
    execFile(process.execPath, args, { timeout: PATIENCE }, (error, stdout) => {
      try {
        resolve((JSON.parse(stdout) as { problem: string | null }).problem);
      } catch {
        resolve(`its trial ended without an answer${error?.signal ? ` (${error.signal})` : ''}`);
      }
    });
  });
}
