import { readSynthesisWeights } from '../../gan/index.ts';
import { readWeights } from '../../graph/index.ts';
import type { FrozenNets } from '../../refiner/index.ts';
import type { Files } from '../files.ts';
import { type ModelManifest, readModelFile } from '../model-manifest.ts';

/** A calibrated model's networks as constants of a training graph. @param manifest of a calibrated model */
export async function readFrozenNets(
  files: Files,
  folder: string,
  manifest: ModelManifest,
): Promise<FrozenNets> {
  const read = (name: string) => readModelFile(files, folder, manifest, name);
  const { resolution, focal } = manifest.calibration!;
  return {
    synthesis: readSynthesisWeights(await read('synthesis.onnx')),
    depth: readWeights(await read('depth.onnx'), 'depth.onnx'),
    pose: readWeights(await read('pose.onnx'), 'pose.onnx'),
    resolution,
    focal,
  };
}
