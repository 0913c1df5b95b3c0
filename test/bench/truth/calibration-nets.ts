/** A model folder's depth.onnx and pose.onnx as a system that can be judged. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, float32Data, type Runtime, type Session } from '../../../generator/src/graph/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { CalibrationSystem } from './system.ts';

/** Pictures of one run: few, so that a large net's memory stays small. */
const BATCH = 7;

export interface CalibrationNets extends CalibrationSystem {
  release(): Promise<void>;
}

/**
 * Loads the nets. Yaw is pose.onnx's `yaw`, the source's own; depth is depth.onnx's.
 *
 * @throws TruthError `model` where a file is missing or has other inputs or outputs
 */
export async function loadCalibrationNets(runtime: Runtime, folder: string): Promise<CalibrationNets> {
  const depthNet = await load(runtime, folder, 'depth.onnx', ['image'], ['depth']);
  const poseNet = await load(runtime, folder, 'pose.onnx', ['source', 'target'], ['pose', 'yaw']);
  return {
    async predict(images) {
      const said = [];
      for (let first = 0; first < images.length; first += BATCH) {
        const part = images.slice(first, first + BATCH);
        const image = stack(part);
        const depths = float32Data(await depthNet.run({ image }, ['depth']), 'depth');
        const yaws = float32Data(await poseNet.run({ source: image, target: image }, ['yaw']), 'yaw');
        const size = depths.length / part.length;
        for (let k = 0; k < part.length; k++)
          said.push({ depth: depths.slice(k * size, (k + 1) * size), yaw: yaws[k]! });
      }
      return said;
    },
    async release() {
      await Promise.all([depthNet.release(), poseNet.release()]);
    },
  };
}

async function load(
  runtime: Runtime,
  folder: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
): Promise<Session> {
  const path = join(folder, name);
  if (!existsSync(path))
    throw new TruthError('model', `model: expected ${path}, found none: the model is not calibrated`);
  const session = await runtime.load(new Uint8Array(readFileSync(path)));
  const same = (own: readonly string[], expected: readonly string[]) =>
    expected.every((one) => own.includes(one));
  // A run without one of its inputs fails inside the runtime; more outputs do no harm.
  if (
    !same(session.inputNames, inputs) ||
    session.inputNames.length !== inputs.length ||
    !same(session.outputNames, outputs)
  )
    throw new TruthError(
      'model',
      `${path}: expected inputs ${inputs.join(', ')} and outputs ${outputs.join(', ')}, ` +
        `got ${session.inputNames.join(', ')} and ${session.outputNames.join(', ')}`,
    );
  return session;
}

/** Pictures of one size as a batch f32 [N,3,R,R]. */
function stack(images: readonly RgbImage[]) {
  const { width, height } = images[0]!;
  const data = new Float32Array(images.length * 3 * width * height);
  images.forEach((image, k) => {
    data.set(image.data, k * 3 * width * height);
  });
  return float32(data, [images.length, 3, height, width]);
}

/**
 * Pixels of a side that a model works at, from its `model.json`.
 *
 * @throws TruthError `model` where there is none
 */
export function modelResolution(folder: string): number {
  const path = join(folder, 'model.json');
  if (!existsSync(path)) throw new TruthError('model', `model: expected ${path}, found none`);
  const { resolution } = JSON.parse(readFileSync(path, 'utf8')) as { resolution?: unknown };
  if (typeof resolution !== 'number')
    throw new TruthError('model', `${path}: expected a number in resolution, got ${resolution}`);
  return resolution;
}
