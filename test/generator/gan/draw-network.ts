import { seedToLatent } from '@turnaround/plugin/asset';
import { float32, float32Data, type TensorValue } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

/** Latents of two subjects: f32 [2,L,W]. */
export function twoLatents({
  layers,
  wDim,
}: {
  readonly layers: number;
  readonly wDim: number;
}): TensorValue {
  return float32(Float32Array.from(seedToLatent(1, 2 * layers * wDim)), [2, layers, wDim]);
}

/** What a written synthesis network draws, and the inputs that it has. */
export async function drawNetwork(model: Uint8Array, feeds: Readonly<Record<string, TensorValue>>) {
  const session = await createRuntime().load(model);
  const outputs = await session.run(feeds, ['image']);
  await session.release();
  return { image: float32Data(outputs, 'image'), inputs: session.inputNames };
}

/** Largest difference. */
export const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
