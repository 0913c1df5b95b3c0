import * as ort from 'onnxruntime-node';
import { padPointwise } from '../graph/pad-pointwise.ts';
import type { Runtime, Session, TensorData, TensorValue } from '../graph/runtime.ts';
import { fallbackError } from './placement.ts';

/** Devices a user can ask for. */
export type Device = 'cpu' | 'cuda' | 'webgpu' | 'auto';

export interface RuntimeOptions {
  readonly device: Exclude<Device, 'auto'>;
  readonly threads: number;
  /** Whether nodes that the device has no kernel for may run on the CPU. */
  readonly allowFallback: boolean;
}

export const RUNTIME_DEFAULTS: RuntimeOptions = { device: 'cpu', threads: 2, allowFallback: false };

/** Sees every model before it is loaded. */
export type ModelWatch = (model: Uint8Array) => Promise<void>;

/** What ONNX Runtime says where a node would fall back to the CPU and may not. */
const FALLBACK_REFUSED = /fallback to CPU EP has been explicitly disabled/;

/**
 * ONNX Runtime on one device.
 * @throws PlacementError at `load` where the device has no kernel for a node and `allowFallback` is not set
 */
export function createRuntime(options: Partial<RuntimeOptions> = {}, watch?: ModelWatch): Runtime {
  const { device, threads, allowFallback } = { ...RUNTIME_DEFAULTS, ...options };
  return {
    device,
    async load(model: Uint8Array): Promise<Session> {
      await watch?.(model);
      const written = device === 'webgpu' ? padPointwise(model) : model;
      const creating = ort.InferenceSession.create(written, {
        executionProviders: [device],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        ...(device !== 'cpu' && !allowFallback
          ? { extra: { session: { disable_cpu_ep_fallback: '1' } } }
          : {}),
      });
      const session = await creating.catch(async (error: Error) => {
        throw FALLBACK_REFUSED.test(error.message) ? await fallbackError(model, device) : error;
      });
      return wrap(session);
    },
  };
}

function wrap(session: ort.InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      const inputs: Record<string, ort.Tensor> = {};
      for (const [name, value] of Object.entries(feeds))
        inputs[name] = new ort.Tensor(value.dtype as 'float32', value.data as Float32Array, value.shape);
      const results = await (fetches ? session.run(inputs, [...fetches]) : session.run(inputs));
      const outputs: Record<string, TensorValue> = {};
      for (const [name, tensor] of Object.entries(results))
        outputs[name] = {
          dtype: tensor.type as TensorValue['dtype'],
          shape: tensor.dims,
          data: tensor.data as TensorData,
        };
      return outputs;
    },
    async release() {
      await session.release();
    },
  };
}
