import { add, Graph, type Runtime, serialize } from '../graph/index.ts';
import { createRuntime, type Device } from './onnx-runtime.ts';

/** Where `auto` looks, in this order. */
const PREFERRED = ['cuda', 'webgpu'] as const;

const HELP = {
  cuda:
    'install the CUDA build with `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node` on a machine with an ' +
    'NVIDIA driver, CUDA 12 and cuDNN 9',
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
  if (device === 'cpu') return createRuntime({ device, threads });
  if (device === 'auto') {
    for (const candidate of PREFERRED) {
      const runtime = createRuntime({ device: candidate, threads });
      if ((await trial(runtime)) === null) return runtime;
    }
    return createRuntime({ device: 'cpu', threads });
  }
  const runtime = createRuntime({ device, threads });
  const problem = await trial(runtime);
  if (problem !== null)
    throw new DeviceError(`device: ${device} is not available here (${problem}); ${HELP[device]}`);
  return runtime;
}

/** Adds two numbers on the device; null where that works, else why not. */
async function trial(runtime: Runtime): Promise<string | null> {
  const graph = new Graph('trial');
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', add(x, x));
  try {
    const session = await runtime.load(serialize(graph));
    const { y } = await session.run({ x: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } });
    await session.release();
    return y?.data[0] === 2 ? null : 'a trial sum came out wrong';
  } catch (error) {
    return firstLine((error as Error).message);
  }
}

/** ONNX Runtime's messages begin with source paths and go on for lines: what follows the last ` was false. ` says it. */
function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.replace(/^.* was false\. /, '').slice(0, 200);
}
