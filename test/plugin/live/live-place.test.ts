import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPlace, networkFile } from '../../../plugin/src/live/live-place.ts';

afterEach(() => vi.unstubAllGlobals());

/** The browser's GPU. */
const gpu = (features: readonly string[], architecture = 'ampere', isFallbackAdapter = false): void =>
  void vi.stubGlobal('navigator', {
    gpu: {
      requestAdapter: async () => ({
        features: new Set(features),
        info: { architecture, isFallbackAdapter },
      }),
    },
  });

const webgl = { isWebGPU: false } as AbstractEngine;
const webgpu = (features: readonly string[]): AbstractEngine =>
  ({ isWebGPU: true, enabledExtensions: features }) as unknown as AbstractEngine;

describe('findPlace', () => {
  it('takes Babylon’s own device, in half precision if that was made with it', async () => {
    gpu(['shader-f16']);
    for (const asked of ['auto', 'webgpu'] as const) {
      const place = await findPlace(webgpu(['shader-f16']), asked);
      expect(place).toEqual({ backend: 'webgpu', shared: true, half: true });
      expect(await findPlace(webgpu([]), asked)).toEqual({ backend: 'webgpu', shared: true, half: false });
    }
  });

  it('takes the processor where it is told to, or has no fast GPU', async () => {
    const processor = { backend: 'wasm', shared: false, half: false };
    gpu(['shader-f16']);
    expect(await findPlace(webgpu(['shader-f16']), 'wasm')).toEqual(processor);
    expect(await findPlace(webgl, 'wasm')).toEqual(processor);
    for (const [architecture, fallback] of [
      ['swiftshader', false],
      ['ampere', true],
    ] as const) {
      gpu(['shader-f16'], architecture, fallback);
      expect(await findPlace(webgl, 'auto')).toEqual(processor);
    }
    vi.stubGlobal('navigator', {});
    expect(await findPlace(webgl, 'auto')).toEqual(processor);
    vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } });
    expect(await findPlace(webgl, 'auto')).toEqual(processor);
  });

  it('takes a GPU of its own for WebGL where there is a fast one, or it is told to', async () => {
    gpu(['shader-f16']);
    expect(await findPlace(webgl, 'auto')).toEqual({ backend: 'webgpu', shared: false, half: true });
    gpu([]);
    expect(await findPlace(webgl, 'auto')).toEqual({ backend: 'webgpu', shared: false, half: false });
    gpu(['shader-f16'], 'swiftshader');
    expect(await findPlace(webgl, 'webgpu')).toEqual({ backend: 'webgpu', shared: false, half: true });
  });
});

describe('networkFile', () => {
  const entry = { sha256: '', bytes: 1 };

  it.each([
    [true, true, 'live.half.onnx'],
    [true, false, 'live.onnx'],
    [false, true, 'live.onnx'],
  ])('of a model that has one in half precision (%s), where it can be run (%s)', (has, half, name) => {
    const files = { 'live.onnx': entry, ...(has ? { 'live.half.onnx': entry } : {}) };
    expect(networkFile({ files }, half)).toBe(name);
  });
});
