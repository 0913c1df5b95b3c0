import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { createEngine, type EngineName } from '@turnaround/plugin/viewer';
import { engineAsked } from '../viewer/engine.ts';

export interface OpenedEngine {
  readonly engine: AbstractEngine;
  readonly name: EngineName;
  /** Why it is WebGL2, where nobody asked for that; else empty. */
  readonly why: string;
}

/**
 * WebGPU where there is a fast one, else WebGL2, which shows the same from a slower network; `?engine=` asks for one of them.
 *
 * @throws ViewerError where the browser has not the one asked for, or neither
 */
export async function openEngine(search: string, canvas: HTMLCanvasElement): Promise<OpenedEngine> {
  if (new URLSearchParams(search).has('engine')) {
    const name = engineAsked(search);
    return { engine: await createEngine(name, canvas), name, why: '' };
  }
  const why = await whyNoWebGpu();
  const name = why ? 'webgl2' : 'webgpu';
  return { engine: await createEngine(name, canvas), name, why };
}

/** Asked before a canvas is given to WebGPU: WebGL could not have it afterwards. */
async function whyNoWebGpu(): Promise<string> {
  if (!navigator.gpu) return 'no WebGPU in this browser';
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return 'no graphics card for WebGPU';
  const { isFallbackAdapter, architecture } = adapter.info;
  return isFallbackAdapter || architecture === 'swiftshader' ? 'no graphics card for WebGPU' : '';
}
