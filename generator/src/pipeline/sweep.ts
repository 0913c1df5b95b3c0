import { degrees } from '@turnaround/plugin/asset';
import { broadcastToLayers, edit, truncate, withoutComponent } from '../gan/latents/index.ts';
import { imageOfBatch, type RgbImage } from '../impostor/image.ts';
import type { GanModel } from './gan-model.ts';
import type { ModelDirection, ModelManifest } from './model-manifest.ts';
import { PipelineError } from './platform.ts';

/** The direction of a model that has one. */
export function requireDirection(manifest: ModelManifest, folder: string): ModelDirection {
  const { direction, directionStatus } = manifest;
  if (direction) return direction;
  const why =
    directionStatus === 'none'
      ? `nothing that was tried turns its subjects (${folder}/direction.png shows the best candidates); ` +
        `name one yourself with: turnaround import CHECKPOINT --out ${folder} --direction ID`
      : `its direction has not been searched yet; finish with: turnaround import CHECKPOINT --out ${folder}`;
  throw new PipelineError(
    'direction-missing',
    `${folder}: expected a model with a yaw direction, got none: ${why}`,
  );
}

/**
 * The x of a wanted yaw, held inside the range that turns the subject.
 * @param yaw radians
 */
export function yawToX({ degreesPerUnit, zero, range }: ModelDirection, yaw: number): number {
  return Math.min(range[1], Math.max(range[0], zero + degrees(yaw) / degreesPerUnit));
}

/** Degrees of yaw that the direction's range covers, smallest first. */
export function reachableDegrees({ degreesPerUnit, zero, range }: ModelDirection): readonly [number, number] {
  const ends = range.map((x) => (x - zero) * degreesPerUnit);
  return [Math.min(...ends), Math.max(...ends)];
}

/**
 * One subject seen from several yaws: its w, truncated, without its own component along the direction, moved to
 * the x of each yaw on the direction's layers (paper, eq. 1).
 * @param yaws radians
 */
export async function synthesizeSweep(
  model: GanModel,
  direction: ModelDirection,
  seed: number,
  truncation: number,
  yaws: readonly number[],
): Promise<RgbImage[]> {
  const { manifest } = model;
  const vector = Float32Array.from(direction.vector);
  const along = { vector, probe: Float32Array.from(direction.probe) };
  const w = truncate(await model.mapSeed(seed), Float32Array.from(manifest.wAverage), truncation);
  const base = withoutComponent(w, Float32Array.from(direction.mean), along);
  const one = broadcastToLayers(base, manifest.wDim, manifest.layers);
  const all = new Float32Array(yaws.length * one.length);
  yaws.forEach((_, k) => void all.set(one, k * one.length));
  const x = Float32Array.from(yaws, (yaw) => yawToX(direction, yaw));
  const [from, to] = direction.layers;
  const images = await model.synthesize(edit(all, manifest.layers, vector, x, { from, to }), yaws.length);
  return yaws.map((_, k) => imageOfBatch(images, k, manifest.resolution, manifest.resolution));
}
