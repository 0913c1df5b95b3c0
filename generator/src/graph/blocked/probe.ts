import { Graph } from '../graph.ts';
import { float32, float32Data, type Runtime } from '../runtime.ts';
import { serialize } from '../serialize.ts';
import { toBlocked } from './layout.ts';

/** Widest block of any machine. */
const CHANNELS = 32;

/**
 * Width of the blocks that a runtime's CPU uses for convolutions: 16 with AVX-512, 8 with AVX2; null where it has
 * none or is no CPU. Found by letting it reorder two pixels: the second one's first channel follows the first block.
 */
export async function probeBlock(runtime: Runtime): Promise<number | null> {
  if (runtime.device !== 'cpu') return null;
  const graph = new Graph('probe');
  const shape = [1, CHANNELS, 1, 2];
  graph.output('y', toBlocked(graph.input('x', 'float32', shape)));
  const session = await runtime.load(serialize(graph)).catch(() => null);
  if (!session) return null;
  try {
    const x = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
    const outputs = await session.run({ x: float32(x, shape) });
    const block = float32Data(outputs, 'y').indexOf(1);
    return block > 1 ? block : null;
  } catch {
    return null;
  } finally {
    await session.release();
  }
}
