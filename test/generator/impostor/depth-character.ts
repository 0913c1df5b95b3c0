import { radians } from '@turnaround/plugin/asset';
import { type CharacterViews, standingFrame } from '../../../generator/src/impostor/index.ts';
import { ball } from './mesh-shapes.ts';

/** A ball about the pivot that is red on the left and green on the right: it looks like this from all around, and its depth is known. */
export function ballCharacter(yaws: readonly number[] = [-20, 0, 20], size = 48): CharacterViews {
  const view = ball(size, 0.38 * size);
  const { image } = view;
  for (let i = 0; i < size * size; i++) {
    const share = (i % size) / (size - 1);
    image.data.set([255 * (1 - share), 255 * share, 60], 4 * i);
  }
  return {
    views: yaws.map((yaw) => ({ yaw: radians(yaw), pitch: 0, image, depth: view.depth })),
    ...standingFrame(image),
    focal: view.focal,
    calibrated: true,
    provenance: {
      generator: 'turnaround 0.1.0',
      model: 'ball',
      modelHash: 'ab'.repeat(32),
      seed: 1,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'a test',
    },
  };
}
