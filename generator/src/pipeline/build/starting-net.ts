import { depthNet } from '../../calibration/depth-net.ts';
import type { TurntableConfig } from '../../calibration/turntable/index.ts';
import { frozenParameters, Graph, GraphError, readNetWeights, type Weights } from '../../graph/index.ts';
import { requireCalibration } from '../calibrate/set-degrees.ts';
import { readModelFile, readModelManifest } from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';

/** A model's depth net, to learn on from. */
export interface StartingNet {
  /** The model's name. */
  readonly model: string;
  /** Of its `depth.onnx`. */
  readonly sha256: string;
  readonly weights: Weights;
}

/**
 * Reads the depth net of a calibrated model.
 * @param folder model folder
 * @param net    the form that it must have
 * @throws PipelineError `not-calibrated`, or `build-from` where the net has another form
 */
export async function readStartingNet(
  { files }: Pick<Platform, 'files'>,
  folder: string,
  { net }: Pick<TurntableConfig, 'net'>,
): Promise<StartingNet> {
  const { manifest } = await readModelManifest(files, folder);
  const { config } = requireCalibration(manifest, folder);
  const weights = readNetWeights(await readModelFile(files, folder, manifest, 'depth.onnx'));
  const graph = new Graph('starting net');
  try {
    // Asks for every weight with its shape.
    depthNet(
      frozenParameters(graph, weights).scope('depth'),
      graph.input('image', 'float32', [1, 3, 64, 64]),
      net,
    );
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    throw new PipelineError(
      'build-from',
      `--from ${folder}: expected a depth net of this version, learned by turnaround-gan or turnaround, got one of ` +
        `${config} (${error.message})`,
    );
  }
  return { model: manifest.name, sha256: manifest.files['depth.onnx']!.sha256, weights };
}
