import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import { LIVE_HALF_FILE, type LiveManifest } from '../asset/index.ts';
import type { LiveBackend } from './view-maker.ts';

/** Where a model's networks are to run. */
export interface LivePlace {
  readonly backend: LiveBackend;
  /** On Babylon's own device, or in a worker. */
  readonly shared: boolean;
  /** Whether the GPU computes in half precision. */
  readonly half: boolean;
}

/** The feature of a GPU that computes in half precision. */
const HALF: GPUFeatureName = 'shader-f16';

/**
 * Babylon's own device where the engine has one; else a worker, on a GPU of its own where there is a fast one, or on the
 * processor.
 * @param asked what the page wants
 */
export async function findPlace(engine: AbstractEngine, asked: LiveBackend | 'auto'): Promise<LivePlace> {
  if (asked === 'wasm') return { backend: 'wasm', shared: false, half: false };
  if (engine.isWebGPU) {
    const { enabledExtensions } = engine as WebGPUEngine;
    return { backend: 'webgpu', shared: true, half: enabledExtensions.includes(HALF) };
  }
  const adapter = (await navigator.gpu?.requestAdapter().catch(() => null)) ?? null;
  if (asked === 'auto' && !isFast(adapter)) return { backend: 'wasm', shared: false, half: false };
  return { backend: 'webgpu', shared: false, half: adapter?.features.has(HALF) ?? false };
}

/** A GPU in software takes longer than the processor's own kernels. */
function isFast(adapter: GPUAdapter | null): boolean {
  return adapter !== null && !adapter.info.isFallbackAdapter && adapter.info.architecture !== 'swiftshader';
}

/** The file to fetch of a model's network. */
export function networkFile({ files }: Pick<LiveManifest, 'files'>, half: boolean): string {
  return half && Object.hasOwn(files, LIVE_HALF_FILE) ? LIVE_HALF_FILE : 'live.onnx';
}
