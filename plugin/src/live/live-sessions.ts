import type * as Ort from 'onnxruntime-web';
import type { LiveBytes, LiveSizes, ViewRequest } from './view-maker.ts';

/** ONNX Runtime's module. */
export type OrtModule = typeof Ort;

/** Its files that are served: without WebGPU the plain ones are a third smaller. */
export const ORT_MODULES = { wasm: 'ort.wasm.min.mjs', webgpu: 'ort.webgpu.min.mjs' } as const;

/** The two networks of a live model. */
export interface LiveSessions {
  readonly mapping: Ort.InferenceSession;
  readonly live: Ort.InferenceSession;
}

/** @param ort with its address set, and threads @param provider as `InferenceSession.create` takes it */
export async function openSessions(
  ort: OrtModule,
  { live, mapping }: Pick<LiveBytes, 'live' | 'mapping'>,
  provider: Ort.InferenceSession.ExecutionProviderConfig,
  outputs: Ort.Tensor.DataLocation = 'cpu',
): Promise<LiveSessions> {
  const options: Ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  const first = await ort.InferenceSession.create(mapping, options);
  try {
    const preferredOutputLocation = outputs;
    return {
      mapping: first,
      live: await ort.InferenceSession.create(live, { ...options, preferredOutputLocation }),
    };
  } catch (error) {
    await first.release();
    throw error;
  }
}

/** z to w. */
export async function mapLatent(
  ort: OrtModule,
  { mapping }: LiveSessions,
  z: Float32Array,
): Promise<Float32Array> {
  const { w } = await mapping.run({ z: new ort.Tensor('float32', z, [1, z.length]) });
  const data = (await w!.getData()) as Float32Array;
  return Float32Array.from(data);
}

/** A request as the network takes it. */
export function drawFeeds(
  ort: OrtModule,
  { wDim, layers }: LiveSizes,
  { w, edit, yaw }: ViewRequest,
): Record<string, Ort.Tensor> {
  return {
    w: new ort.Tensor('float32', w, [1, wDim]),
    edit: new ort.Tensor('float32', edit, [1, layers, wDim]),
    yaw: new ort.Tensor('float32', Float32Array.of(yaw), [1]),
  };
}
