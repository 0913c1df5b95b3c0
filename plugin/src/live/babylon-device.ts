/**
 * What Babylon and ONNX Runtime do not publish, in one place: the device that Babylon's WebGPU engine draws on, and a buffer of
 * another library in the form that Babylon's compute shaders take. `babylon-device.test` fails where either changes.
 */
import type { DataBuffer } from '@babylonjs/core/Buffers/dataBuffer.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { WebGPUDataBuffer } from '@babylonjs/core/Meshes/WebGPU/webgpuDataBuffer.js';
import type * as Ort from 'onnxruntime-web';
import { LiveError } from './errors.ts';

/** @throws LiveError `unsupported` where the engine draws on no device, or keeps it elsewhere */
export function deviceOf(engine: AbstractEngine): GPUDevice {
  const device = (engine as { readonly _device?: GPUDevice })._device;
  if (!engine.isWebGPU || typeof device?.createBuffer !== 'function')
    throw new LiveError(
      'unsupported',
      `live: expected a WebGPU engine of Babylon 9 with its device in _device, got ${engine.description}`,
    );
  return device;
}

/** The buffer of a tensor that was left on the GPU; it stays the tensor's. */
export function bufferOf(tensor: Ort.Tensor): DataBuffer {
  if (tensor.location !== 'gpu-buffer')
    throw new LiveError('unsupported', `live: expected an output on the GPU, got one on ${tensor.location}`);
  return new WebGPUDataBuffer(tensor.gpuBuffer, 4 * tensor.size);
}
