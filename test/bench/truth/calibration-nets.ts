/** A model folder's depth.onnx and pose.onnx as a system that can be judged. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, float32Data, type Runtime, type Session } from '../../../generator/src/graph/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { TruthError } from './errors.ts';
import type { CalibrationSystem, RelativePose } from './system.ts';

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
  const { depthOf, poseNet, release } = await loadBoth(runtime, folder);
  return {
    async predict(images) {
      const depths = await depthOf(images);
      const yaws = await inParts(images, async (part) => {
        const image = stack(part);
        return Array.from(float32Data(await poseNet.run({ source: image, target: image }, ['yaw']), 'yaw'));
      });
      return depths.map((depth, k) => ({ depth, yaw: yaws[k]! }));
    },
    release,
  };
}

/**
 * Loads nets whose poses are free motions between two pictures, in a unit of depth of their own: warps use pose.onnx's
 * `pose`, and the yaw of a view is the sum of the turns from each picture to the next one.
 *
 * @throws TruthError `model` where a file is missing or has other inputs or outputs
 */
export async function loadFreeMotionNets(runtime: Runtime, folder: string): Promise<CalibrationNets> {
  const { depthOf, poseNet, release } = await loadBoth(runtime, folder);
  const relativePose: RelativePose = (pairs) =>
    inParts(pairs, async (part) => {
      const [source, target] = [stack(part.map(([from]) => from)), stack(part.map(([, to]) => to))];
      const poses = float32Data(await poseNet.run({ source, target }, ['pose']), 'pose');
      return part.map((_, k) => poses.slice(k * 6, (k + 1) * 6));
    });
  return {
    async predict(images) {
      const depths = await depthOf(images);
      const steps = await relativePose(images.slice(1).map((image, k) => [images[k]!, image] as const));
      let yaw = 0;
      return depths.map((depth, k) => {
        yaw += k === 0 ? 0 : steps[k - 1]![1]!;
        return { depth, yaw };
      });
    },
    relativePose,
    release,
  };
}

async function loadBoth(runtime: Runtime, folder: string) {
  const depthNet = await load(runtime, folder, 'depth.onnx', ['image'], ['depth']);
  const poseNet = await load(runtime, folder, 'pose.onnx', ['source', 'target'], ['pose', 'yaw']);
  return {
    poseNet,
    /** f32 [R,R] for each picture. */
    depthOf: (images: readonly RgbImage[]) =>
      inParts(images, async (part) => {
        const depths = float32Data(await depthNet.run({ image: stack(part) }, ['depth']), 'depth');
        const size = depths.length / part.length;
        return part.map((_, k) => depths.slice(k * size, (k + 1) * size));
      }),
    async release() {
      await Promise.all([depthNet.release(), poseNet.release()]);
    },
  };
}

/** What a function gives for a few items at a time, in their order. */
async function inParts<Item, Result>(
  items: readonly Item[],
  run: (part: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let first = 0; first < items.length; first += BATCH)
    results.push(...(await run(items.slice(first, first + BATCH))));
  return results;
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
