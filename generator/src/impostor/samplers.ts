import type { TextureInfo } from '@gltf-transform/core';

/** glTF's (and WebGL's) numbers. */
const CLAMP_TO_EDGE = 33071;
const NEAREST = 9728;
const LINEAR = 9729;

/** For colour: no wrapping, and no mipmaps, as smaller levels would mix neighbouring views. */
export function sampleSmoothly(info: TextureInfo): void {
  info.setWrapS(CLAMP_TO_EDGE).setWrapT(CLAMP_TO_EDGE).setMagFilter(LINEAR).setMinFilter(LINEAR);
}

/** For depth: one texel at a time, as a mean of two codes' bytes is no code. */
export function sampleExactly(info: TextureInfo): void {
  info.setWrapS(CLAMP_TO_EDGE).setWrapT(CLAMP_TO_EDGE).setMagFilter(NEAREST).setMinFilter(NEAREST);
}
