import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';

export type EngineName = 'webgl2' | 'webgpu';

/** Something that the user should read: a short headline, and what to do about it. */
export class ViewerError extends Error {
  override readonly name = 'ViewerError';
  readonly headline: string;

  constructor(headline: string, advice: string) {
    super(advice);
    this.headline = headline;
  }
}

/**
 * A Babylon engine with a see-through canvas.
 *
 * @throws ViewerError where the browser has none of that kind
 */
export async function createEngine(name: EngineName, canvas: HTMLCanvasElement): Promise<AbstractEngine> {
  return name === 'webgpu' ? await createWebGpu(canvas) : createWebGl2(canvas);
}

async function createWebGpu(canvas: HTMLCanvasElement): Promise<AbstractEngine> {
  const instead =
    'Chrome and Edge from 113, Safari 26 and Firefox 141 have it on most machines. WebGL2 shows the same.';
  if (!navigator.gpu) throw new ViewerError('This browser has no WebGPU', instead);
  const { WebGPUEngine } = await import('@babylonjs/core/Engines/webgpuEngine.js');
  const engine = new WebGPUEngine(canvas, {
    ...{ antialias: true, adaptToDeviceRatio: true },
    // For live faces, where the GPU has it.
    deviceDescriptor: { requiredFeatures: ['shader-f16'] },
  });
  try {
    await engine.initAsync();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ViewerError('WebGPU does not start here', `The browser says: ${reason}. ${instead}`);
  }
  return engine;
}

function createWebGl2(canvas: HTMLCanvasElement): AbstractEngine {
  const advice = 'Hardware acceleration may be switched off in the browser’s settings.';
  try {
    const engine = new Engine(canvas, true, { premultipliedAlpha: true, alpha: true }, true);
    if (engine.webGLVersion >= 2) return engine;
    engine.dispose();
  } catch {
    throw new ViewerError('This browser has no WebGL2', advice);
  }
  throw new ViewerError('This browser has no WebGL2', advice);
}
