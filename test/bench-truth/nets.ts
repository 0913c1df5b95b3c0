/** A model folder with the smallest nets that keep the contract: for tests of what loads them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  add,
  concat,
  Graph,
  mul,
  reduceMean,
  serialize,
  slice,
  sub,
} from '../../generator/src/graph/index.ts';
import type { RgbImage } from '../../generator/src/impostor/image.ts';
import type { ViewPrediction } from '../bench/truth/system.ts';

const DEPTH_STEP = -0.05;

/** What the nets say: depth 1 − .05·red, yaw the mean of green less that of blue. */
export function tinyPrediction({ width, height, data }: RgbImage): ViewPrediction {
  const size = width * height;
  const plane = (c: number) => data.subarray(c * size, (c + 1) * size);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / size;
  return { depth: plane(0).map((red) => 1 + DEPTH_STEP * red), yaw: mean(plane(1)) - mean(plane(2)) };
}

/** Writes depth.onnx, pose.onnx and as much of model.json as judges read. */
export function writeTinyModel(folder: string, resolution: number): void {
  mkdirSync(folder, { recursive: true });
  const shape = ['N', 3, resolution, resolution];
  const write = (graph: Graph) => writeFileSync(join(folder, `${graph.name}.onnx`), serialize(graph));

  const depth = new Graph('depth');
  const red = slice(depth.input('image', 'float32', shape), 1, 0, 1);
  depth.output('depth', add(mul(red, depth.scalar(DEPTH_STEP)), depth.scalar(1)));
  write(depth);

  const pose = new Graph('pose');
  const source = pose.input('source', 'float32', shape);
  const target = pose.input('target', 'float32', shape);
  const means = reduceMean(source, [2, 3], { keepDims: false });
  const difference = sub(means, reduceMean(target, [2, 3], { keepDims: false }));
  pose.output('pose', concat([difference, difference], 1));
  const channel = (c: number) => reduceMean(slice(means, 1, c, c + 1), [1], { keepDims: false });
  pose.output('yaw', sub(channel(1), channel(2)));
  write(pose);

  writeFileSync(join(folder, 'model.json'), JSON.stringify({ resolution }));
}
