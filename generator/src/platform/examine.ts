import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { probeBlock } from '../graph/blocked/index.ts';
import { DEVICE_HELP, type DeviceTrial, isWorthwhile, tryDevice } from './devices.ts';
import { createRuntime } from './onnx-runtime.ts';

/** A device that networks may run on. */
export interface DeviceReport extends DeviceTrial {
  readonly available: boolean;
  /** How to get it. */
  readonly help: string;
}

/** What this machine can use. */
export interface MachineReport {
  readonly node: string;
  readonly onnxruntime: string;
  readonly cpu: {
    readonly model: string;
    readonly threads: number;
    /** Widest instructions that ONNX Runtime's convolutions use; null: no blocked ones, so that training is slower. */
    readonly simd: 'AVX-512' | 'AVX2' | null;
  };
  readonly cuda: DeviceReport;
  readonly webgpu: DeviceReport;
  /** What `--device auto` takes. */
  readonly auto: 'cpu' | 'cuda' | 'webgpu';
  /** The browser of the tests: a path, or null. */
  readonly chromium: string | null;
}

const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Tries every device. Takes seconds: each trial is a process of its own. */
export async function examineMachine(): Promise<MachineReport> {
  // One after the other: their speeds are compared with the CPU's.
  const cuda = await examineDevice('cuda');
  const webgpu = await examineDevice('webgpu');
  const block = await probeBlock(createRuntime({ threads: 1 }));
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return {
    node: process.version,
    onnxruntime: version,
    cpu: {
      model: cpus()[0]?.model ?? 'unknown',
      threads: availableParallelism(),
      simd: block === 16 ? 'AVX-512' : block === 8 ? 'AVX2' : null,
    },
    cuda,
    webgpu,
    auto: isWorthwhile(cuda) ? 'cuda' : isWorthwhile(webgpu) ? 'webgpu' : 'cpu',
    chromium: process.env['TURNAROUND_CHROMIUM'] ?? CHROMIUMS.find((path) => existsSync(path)) ?? null,
  };
}

async function examineDevice(device: 'cuda' | 'webgpu'): Promise<DeviceReport> {
  const trial = await tryDevice(device);
  return { available: trial.problem === null, ...trial, help: DEVICE_HELP[device] };
}
