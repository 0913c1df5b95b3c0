import { radians } from '@turnaround/plugin/asset';
import { readSynthesisWeights } from '../../gan/index.ts';
import { readWeights } from '../../graph/index.ts';
import type { LiveParts } from '../../refiner/live/index.ts';
import { modelCurve } from '../calibrate/calibrated-model.ts';
import { requireCalibration } from '../calibrate/set-degrees.ts';
import type { Files } from '../files.ts';
import { type ModelManifest, REFINER_FILE, readModelFile } from '../model-manifest.ts';
import { PipelineError } from '../platform.ts';
import { readShape, requireRefiner } from '../refine/open-refiner.ts';
import { requireDirection } from '../sweep.ts';
import { configOfRefiner, TRAINING_CONFIGS } from '../training-configs.ts';

/**
 * What `live.onnx` is built of, read from a model folder.
 * @param refine whether the model's refiner is in it, where the model has one
 * @throws PipelineError `direction-missing`, `not-calibrated`, `refiner-other`, `live-refiner` where the graph cannot
 *   hold the refiner
 */
export async function readLiveParts(
  files: Files,
  folder: string,
  manifest: ModelManifest,
  refine: boolean,
): Promise<LiveParts> {
  const { vector, probe, mean, layers, zero } = requireDirection(manifest, folder);
  const calibration = requireCalibration(manifest, folder);
  const { resolution, pivot, relief } = calibration;
  const read = (name: string) => readModelFile(files, folder, manifest, name);
  return {
    synthesis: readSynthesisWeights(await read('synthesis.onnx')),
    // `live.onnx` runs anywhere: what the model computes in half precision is widened as well.
    precision: manifest.precision === 'float32' ? 'float32' : 'float16-weights',
    direction: {
      vector: Float32Array.from(vector),
      probe: Float32Array.from(probe),
      mean: Float32Array.from(mean),
      layers: { from: layers[0], to: layers[1] },
      zero,
    },
    curve: modelCurve(calibration),
    depth: {
      weights: readWeights(await read('depth.onnx'), `${folder}/depth.onnx`),
      resolution,
      pivot,
      relief,
    },
    refiner:
      refine && manifest.refiner ? await readLiveRefiner(files, folder, manifest, calibration.scale) : null,
  };
}

async function readLiveRefiner(
  files: Files,
  folder: string,
  manifest: ModelManifest,
  scale: number,
): Promise<LiveParts['refiner']> {
  const { config: name, sampler, layers, reach, sourceReach } = requireRefiner(manifest, folder);
  const refuse = (expected: string, got: string): PipelineError =>
    new PipelineError(
      'live-refiner',
      `${folder}: expected a refiner ${expected} for a graph that runs live, got ${got}; train another with: ` +
        `turnaround train ${folder} --stage refiner, or go without: --no-refine`,
    );
  const config = configOfRefiner(name)?.refiner;
  if (!config) {
    const known = [...new Set(TRAINING_CONFIGS.map(({ refiner }) => refiner.name))].join(', ');
    throw refuse(`of a configuration that is known (${known})`, `${name}'s`);
  }
  if (sampler.kind !== 'one-step')
    throw refuse('that mends in one step', `one that is sampled in ${sampler.steps} steps of noise`);
  const bytes = await readModelFile(files, folder, manifest, REFINER_FILE);
  return {
    weights: readWeights(bytes, `${folder}/${REFINER_FILE}`),
    shape: await readShape(files, folder, manifest, { from: layers[0], to: layers[1] }),
    options: config.net,
    scale,
    reach: radians(reach),
    sourceReach: radians(sourceReach),
  };
}
