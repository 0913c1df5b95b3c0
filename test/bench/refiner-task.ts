/** What the refiner's and polish's steps are timed on: the shipped model's frozen networks and some of its subjects. */
import { radians } from '@turnaround/plugin/asset';
import type { SynthesisWeights } from '../../generator/src/gan/index.ts';
import {
  float32,
  normal,
  Random,
  type TensorValue,
  type TrainingStep,
} from '../../generator/src/graph/index.ts';
import { createFlatMatte } from '../../generator/src/impostor/index.ts';
import { readModelManifest } from '../../generator/src/pipeline/model-manifest.ts';
import type { Platform } from '../../generator/src/pipeline/platform.ts';
import { readFrozenNets } from '../../generator/src/pipeline/refine/frozen-nets.ts';
import { readShape } from '../../generator/src/pipeline/refine/open-refiner.ts';
import { drawBank } from '../../generator/src/pipeline/refine/subject-bank.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../generator/src/platform/worker-training-runtime.ts';
import {
  type BatchSizes,
  COARSE_LAYERS,
  COMPARED_SIDE,
  drawRefinerBatch,
  type FrozenNets,
  POLISH_CONFIG,
  polishShares,
  polishStep,
  REFINER_CONFIG,
  type RefinerShape,
  type RefinerSubject,
  refinerStep,
  viewFeeds,
} from '../../generator/src/refiner/index.ts';
import type { PeerTensor } from './train-contenders.ts';

/** The shipped model's networks and subjects. */
export interface RefinerTask {
  readonly nets: FrozenNets;
  readonly shape: RefinerShape;
  readonly bank: readonly RefinerSubject[];
  readonly sizes: BatchSizes;
}

const SEED = 1;

/** Deviation of what is added to first weights: at their own start the correction and most gradients are 0. */
const SHAKE = 0.02;

/** @param folder of a calibrated model @param subjects how many are drawn */
export async function openRefinerTask(
  folder: string,
  threads: number,
  subjects: number,
): Promise<RefinerTask> {
  const platform: Platform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime({ threads }),
    openTraining: () => createWorkerTrainingRuntime({ threads }),
    signal: new AbortController().signal,
    progress: () => {},
    warn: console.warn,
  };
  const { files } = platform;
  const { manifest } = await readModelManifest(files, folder);
  const { resolution, scale } = manifest.calibration!;
  const side = Math.min(COMPARED_SIDE, resolution);
  return {
    nets: await readFrozenNets(files, folder, manifest),
    shape: await readShape(files, folder, manifest, COARSE_LAYERS),
    bank: await drawBank(platform, folder, createFlatMatte(), {
      subjects,
      truncation: 0.7,
      seed: SEED,
      side,
      sourceReach: REFINER_CONFIG.sourceReach,
    }),
    sizes: { layers: manifest.layers, dim: manifest.wDim, side, scale },
  };
}

/** The step that `turnaround train --stage refiner` takes, and one batch. */
export function refinerTask({ nets, shape, bank, sizes }: RefinerTask) {
  const step = refinerStep({ shape, config: REFINER_CONFIG, nets, side: sizes.side });
  const batch = drawRefinerBatch(bank, REFINER_CONFIG, shape, sizes, new Random(SEED, 'refiner'));
  return { step, batch };
}

/** A polish of one subject's views between ±40°, from where the direction leaves them. */
export function polishTask({ nets, shape, bank, sizes }: RefinerTask, views: number) {
  const yaws = Array.from({ length: views }, (_, k) => radians(80 * (k / (views - 1) - 0.5)));
  const shares = polishShares(yaws, POLISH_CONFIG);
  const changes = shares.length / views;
  const step = polishStep({ shape, nets, side: sizes.side }, POLISH_CONFIG, views, changes);
  const feeds = viewFeeds([bank[0]!], [yaws], sizes);
  const batch: Record<string, TensorValue> = {
    ...feeds,
    mended: feeds['rotated']!,
    shares: float32(shares, [views, changes]),
  };
  return { step, batch };
}

/** First weights that lie away from 0. */
export function shaken(step: TrainingStep, weights: Readonly<Record<string, Float32Array>>) {
  const moved: Record<string, Float32Array> = {};
  for (const { name, shape } of step.parameters) {
    const noise = normal(SHAKE)(shape, new Random(SEED, `${name}/shake`));
    moved[name] = weights[name]!.map((value, i) => value + noise[i]!);
  }
  return moved;
}

/** All that the peer needs besides the learned weights and the batch. */
export function frozenTensors({ nets, shape: { basis } }: RefinerTask): PeerTensor[] {
  const flat = (name: string, data: Float32Array): PeerTensor => [`frozen.${name}`, [data.length], data];
  return [
    flat('focal', Float32Array.of(nets.focal)),
    ...synthesisTensors(nets.synthesis),
    ...[nets.depth, nets.pose].flatMap((net) => Object.entries(net).map(([name, data]) => flat(name, data))),
    ['frozen.basis.components', [basis.dim, basis.dim], basis.components],
    flat('basis.mean', basis.mean),
    flat('basis.deviations', basis.deviations),
  ];
}

function synthesisTensors({ constant, blocks, wDim }: SynthesisWeights): PeerTensor[] {
  const tensors: PeerTensor[] = [];
  const add = (name: string, shape: readonly number[], data: Float32Array) =>
    tensors.push([`frozen.synthesis.${name}`, shape, data]);
  add('const', constant.shape, constant.data);
  for (const { resolution, conv0, conv1, toRgb } of blocks) {
    for (const [kind, conv] of [
      ['conv0', conv0],
      ['conv1', conv1],
      ['torgb', toRgb],
    ] as const) {
      if (!conv) continue;
      const name = `b${resolution}.${kind}`;
      const { weight, bias, affine } = conv;
      add(`${name}.weight`, weight.shape, weight.data);
      add(`${name}.bias`, [bias.length], bias);
      add(`${name}.affine.weight`, [affine.bias.length, wDim], affine.weight.data);
      add(`${name}.affine.bias`, [affine.bias.length], affine.bias);
      if (!('noise' in conv)) continue;
      add(
        `${name}.noise`,
        [resolution, resolution],
        conv.noise.map((value) => value * conv.noiseStrength),
      );
      // Of before the kernels were rounded to halves: the network divides by these.
      if (conv.squares) add(`${name}.squares`, [bias.length, weight.shape[1]!], conv.squares);
    }
  }
  return tensors;
}
