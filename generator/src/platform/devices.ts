import { execFile } from 'node:child_process';
import type { Runtime } from '../graph/index.ts';
import { createRuntime, type Device, type RuntimeOptions } from './onnx-runtime.ts';
import { ownScript } from './own-script.ts';

/** Where `auto` looks, in this order. */
const PREFERRED = ['cuda', 'webgpu'] as const;

/** How to get a device that is not there. */
export const DEVICE_HELP: Readonly<Record<(typeof PREFERRED)[number], string>> = {
  cuda:
    'install the CUDA build with `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --foreground-scripts` ' +
    'on a machine with an NVIDIA driver, CUDA 12 and cuDNN 9',
  webgpu:
    'use a machine with a GPU and its Vulkan, Metal or Direct3D 12 driver (on Debian: libvulkan1 and the vendor’s driver)',
};

/** What a device did when it was tried. */
export interface DeviceTrial {
  /** Why it is not there; null where it works. */
  readonly problem: string | null;
  /**
   * The CPU's time ÷ the device's for a convolution; null where it does not work. A software driver, such as
   * SwiftShader or llvmpipe, poses as a GPU, and ONNX Runtime does not tell which adapter it took: speed does.
   */
  readonly speed: number | null;
}

/** A device that was asked for and is not there. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code = 'device';
}

/**
 * The runtime of a device, after a trial run on it.
 * `auto` takes the first of cuda and webgpu that works and is faster than the CPU, else the CPU.
 * @throws DeviceError where the device asked for is not there
 */
export async function openRuntime(device: Device, threads: number): Promise<Runtime> {
  return createRuntime({ device: await chooseDevice(device), threads });
}

/** The device that works here. @throws DeviceError where the one asked for does not */
export async function chooseDevice(device: Device): Promise<RuntimeOptions['device']> {
  if (device === 'auto') {
    for (const candidate of PREFERRED) if (isWorthwhile(await tryDevice(candidate))) return candidate;
    return 'cpu';
  }
  if (device !== 'cpu') {
    const { problem } = await tryDevice(device);
    if (problem !== null)
      throw new DeviceError(`device: ${device} is not available here (${problem}); ${DEVICE_HELP[device]}`);
  }
  return device;
}

/** Whether `auto` takes a device: it works, and is no slower than the CPU. */
export const isWorthwhile = ({ speed }: DeviceTrial): boolean => speed !== null && speed >= 1;

/** A driver that hangs is none. Milliseconds. */
const PATIENCE = 30_000;

/** Tries a device in a process of its own. */
export function tryDevice(device: (typeof PREFERRED)[number]): Promise<DeviceTrial> {
  return new Promise((resolve) => {
    const args = [...ownScript('device-probe'), device];
    execFile(process.execPath, args, { timeout: PATIENCE }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as DeviceTrial);
      } catch {
        const how = error?.signal ? ` (${error.signal})` : '';
        resolve({ problem: `its trial ended without an answer${how}`, speed: null });
      }
    });
  });
}
