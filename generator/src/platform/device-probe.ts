import { add, Graph, serialize } from '../graph/index.ts';
import { createRuntime, type RuntimeOptions } from './onnx-runtime.ts';

/**
 * A process of its own that tries a device: `node device-probe.js cuda` writes one JSON line, `{"problem": null}` or
 * why not. Drivers write to standard error, and may end the process; neither shall reach the user's.
 */

const device = process.argv[2] as RuntimeOptions['device'];
process.stdout.write(JSON.stringify({ problem: await trial() }));

/** Adds two numbers on the device; null where that works, else why not. */
async function trial(): Promise<string | null> {
  const graph = new Graph('trial');
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', add(x, x));
  try {
    const session = await createRuntime({ device, threads: 1 }).load(serialize(graph));
    const { y } = await session.run({ x: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } });
    return y?.data[0] === 2 ? null : 'a trial sum came out wrong';
  } catch (error) {
    return cause((error as Error).message);
  }
}

/** ONNX Runtime's messages begin with source paths: what follows ` was false. ` says what happened. */
function cause(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.replace(/^.* was false\. /, '').slice(0, 200);
}
