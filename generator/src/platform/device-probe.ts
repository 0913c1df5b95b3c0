import { availableParallelism } from 'node:os';
import { add, conv, float32, Graph, serialize } from '../graph/index.ts';
import type { DeviceTrial } from './devices.ts';
import { createRuntime, type RuntimeOptions } from './onnx-runtime.ts';

/**
 * A process of its own that tries a device: `node device-probe.js webgpu` writes a `DeviceTrial` as one JSON line.
 * Drivers write to standard error, and may end the process; neither shall reach the user's.
 */

const device = process.argv[2] as RuntimeOptions['device'];

/** Adds two numbers on the device, then times a convolution there and on the CPU. */
async function trial(): Promise<DeviceTrial> {
  const graph = new Graph('trial');
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', add(x, x));
  try {
    const session = await createRuntime({ device, threads: 1 }).load(serialize(graph));
    const { y } = await session.run({ x: float32(Float32Array.of(1), [1]) });
    if (y?.data[0] !== 2) return { problem: 'a trial sum came out wrong', speed: null };
    return { problem: null, speed: await compareSpeed() };
  } catch (error) {
    return { problem: cause((error as Error).message), speed: null };
  }
}

/** A convolution's channels and pixels of a side: 19 MFLOP, and 1.2 GFLOP as in a depth net. */
const CONVOLUTIONS = [
  [16, 64],
  [64, 128],
] as const;

/** Seconds that no GPU takes for the first of them: SwiftShader takes .6, a core of a processor .001. */
const LONG = 0.05;
const RUNS = 3;

/** The CPU's time ÷ the device's. */
async function compareSpeed(): Promise<number> {
  const [small, large] = CONVOLUTIONS;
  const first = await convolutionTime(device, ...small);
  if (first > LONG) return (await convolutionTime('cpu', ...small)) / first;
  return (await convolutionTime('cpu', ...large)) / (await convolutionTime(device, ...large));
}

/** Median seconds of a convolution, with the pictures' way to the device and back; an untimed run comes first. */
async function convolutionTime(
  where: RuntimeOptions['device'],
  channels: number,
  side: number,
): Promise<number> {
  const shape = [1, channels, side, side];
  const graph = new Graph('convolution');
  const kernel = graph.constant(new Float32Array(9 * channels ** 2).fill(0.01), [channels, channels, 3, 3]);
  graph.output('y', conv(graph.input('x', 'float32', shape), kernel, null, { pad: 1 }));
  const runtime = createRuntime({ device: where, threads: availableParallelism() });
  const session = await runtime.load(serialize(graph));
  const x = float32(new Float32Array(channels * side ** 2).fill(1), shape);
  const seconds: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now();
    await session.run({ x });
    if (run > 0) seconds.push((performance.now() - start) / 1000);
  }
  await session.release();
  return seconds.sort((a, b) => a - b)[RUNS >> 1]!;
}

/** ONNX Runtime's messages begin with source paths: what follows ` was false. ` says what happened. */
function cause(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.replace(/^.* was false\. /, '').slice(0, 200);
}

process.stdout.write(JSON.stringify(await trial()));
