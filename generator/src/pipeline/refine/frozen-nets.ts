import { readSynthesisWeights } from '../../gan/index.ts';
import { readWeights } from '../../graph/index.ts';
import type { FrozenNets, PaperNets } from '../../refiner/index.ts';
import type { Files } from '../files.ts';
import { type ModelManifest, readModelFile } from '../model-manifest.ts';

/** A calibrated model's networks as constants of a training graph. @param manifest of a calibrated model */
export async function readFrozenNets(
  files: Files,
  folder: string,
  manifest: ModelManifest,
): Promise<FrozenNets> {
  const depth = readWeights(await readModelFile(files, folder, manifest, 'depth.onnx'), 'depth.onnx');
  const { bend } = manifest.calibration!;
  return { ...(await readPaperNets(files, folder, manifest)), depth, bend };
}

/** The same without the depth net, whose depth of sources the paper's step is given. @param manifest of a model with nets */
export async function readPaperNets(
  files: Files,
  folder: string,
  manifest: ModelManifest,
): Promise<PaperNets> {
  const read = (name: string) => readModelFile(files, folder, manifest, name);
  const { resolution, focal } = manifest.calibration!;
  return {
    synthesis: readSynthesisWeights(await read('synthesis.onnx')),
    pose: readWeights(await read('pose.onnx'), 'pose.onnx'),
    resolution,
    focal,
  };
}
