import { DEPTH_ENCODING, FORMAT_VERSION, type ImpostorExtension } from '@turnaround/plugin/asset';

/** A proper extension with three views in a row of 8×10 pixel rectangles. */
export function exampleExtension(): ImpostorExtension {
  return {
    formatVersion: FORMAT_VERSION,
    colour: { index: 0 },
    atlasSize: [32, 16],
    pivot: [0, 1.5, 0],
    frame: [0.24, 0.3],
    views: [-0.5, 0, 0.5].map((yaw, k) => ({ yaw, pitch: 0, rectangle: [k * 10, 2, 8, 10] as const })),
    calibrated: false,
    provenance: {
      generator: 'turnaround 0.1.0',
      model: 'portraits-128',
      modelHash: '0123456789abcdef'.repeat(4),
      seed: 7,
      truncation: 0.7,
      licence: 'CC0-1.0',
      source: 'random mixes of MakeHuman assets',
    },
  };
}

/** The same with depth: a second texture of the same layout. */
export function exampleWithDepth(): ImpostorExtension {
  const plain = exampleExtension();
  return {
    ...plain,
    depth: { texture: { index: 1 }, encoding: DEPTH_ENCODING, near: 0.9, far: 1.1 },
    views: plain.views.map((view) => ({ ...view, focal: 9.21 })),
  };
}
