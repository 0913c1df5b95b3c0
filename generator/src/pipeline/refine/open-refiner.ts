import { radians } from '@turnaround/plugin/asset';
import type { LayerRange } from '../../gan/latents/index.ts';
import { latentBasis, type RefinerShape } from '../../refiner/index.ts';
import type { Files } from '../files.ts';
import { type ModelManifest, REFINER_FILE, readModelFile } from '../model-manifest.ts';
import type { ModelRefiner } from '../model-refiner.ts';
import { PCA_FILE, unpackPca } from '../pca-file.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { type LatentRefiner, openLatentRefiner } from './latent-refiner.ts';
import { openViewPoses } from './view-poses.ts';

/**
 * How a model's refiner was learned and is to be run.
 * @throws PipelineError `refiner-missing` where the model has none, `refiner-other` where it belongs to another
 *   calibration
 */
export function requireRefiner({ refiner, calibration, files }: ModelManifest, folder: string): ModelRefiner {
  if (!refiner || !files[REFINER_FILE])
    throw new PipelineError(
      'refiner-missing',
      `${folder}: expected a model that has learned to mend its views, got one without ${REFINER_FILE}; train it ` +
        `with: turnaround train ${folder} --stage refiner, or go without: --no-refine`,
    );
  if (!calibration || refiner.calibration !== calibration.key)
    throw new PipelineError(
      'refiner-other',
      `${folder}: expected a refiner of this calibration, got one of another; train it anew with: ` +
        `turnaround train ${folder} --stage refiner`,
    );
  return refiner;
}

/**
 * Opens a model's refiner.
 * @throws PipelineError as `requireRefiner`
 */
export async function openRefiner(
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
): Promise<LatentRefiner> {
  const { files, runtime } = platform;
  const refiner = requireRefiner(manifest, folder);
  const bytes = await readModelFile(files, folder, manifest, REFINER_FILE);
  return openLatentRefiner(runtime, bytes, {
    shape: await readShape(files, folder, manifest, { from: refiner.layers[0], to: refiner.layers[1] }),
    sampler: refiner.sampler,
    sourceReach: radians(refiner.sourceReach),
    poses: await openViewPoses(platform, folder, manifest, refiner.reach),
  });
}

/** What a refiner of this model works on. */
export async function readShape(
  files: Files,
  folder: string,
  manifest: ModelManifest,
  refined: LayerRange,
): Promise<RefinerShape> {
  const { layers, wDim } = manifest;
  const pca = unpackPca(await readModelFile(files, folder, manifest, PCA_FILE), wDim);
  return { layers, basis: latentBasis(pca), refined };
}
