import { describe, expect, it } from 'vitest';
import { depthNet } from '../../../generator/src/calibration/depth-net.ts';
import { yawNet } from '../../../generator/src/calibration/pose-net.ts';
import {
  float32,
  Graph,
  initialState,
  initialWeights,
  type ParameterScope,
  scheduleFeeds,
  type TensorValue,
  TrainableParameters,
  type TrainingStep,
  trainingRuntime,
  type Value,
} from '../../../generator/src/graph/index.ts';
import {
  type AgreementRefinerConfig,
  POLISH_CONFIG,
  polishShares,
  polishStep,
  REFINER_CONFIG,
  type RefinerShape,
  refinerStep,
} from '../../../generator/src/refiner/index.ts';
import { randomNetwork } from '../gan/direction-network.ts';
import { normals, runtime, small, toyBasis } from './toy.ts';

const RESOLUTION = 64;
const SIDE = 32;
const DIM = 6;
const [SUBJECTS, VIEWS] = [2, 2];
/** Relative change of the loss that a difference looks at: above float32's rounding, and little against what lies
 *  between the loss's kinks (absolute values, leaky ReLUs): they lower a difference, by 3 % over 1e-3. */
const CHANGE = 3e-4;

/**
 * A GAN of 16 channels, so that its convolutions are whole blocks; most of its pictures lies within −1..1. So noisy that
 * all of them is subject: a mask's edge would move with the weights, which no gradient knows.
 */
function network() {
  const weights = randomNetwork(3, { resolution: RESOLUTION, channels: 16, dim: DIM, noise: 2 });
  for (const { toRgb } of weights.blocks) scale(toRgb.weight.data, 0.15);
  return weights;
}

const scale = (data: Float32Array, factor: number): void => data.set(data.map((value) => value * factor));

/** First weights of a frozen network, under their names in its file. */
function firstWeights(name: string, build: (scope: ParameterScope, image: Value) => Value) {
  const graph = new Graph('specs');
  const scope = new TrainableParameters(graph);
  build(scope.scope(name), graph.input('image', 'float32', [2, 3, RESOLUTION, RESOLUTION]));
  return initialWeights(
    scope.tensors.map(({ spec }) => spec),
    5,
  );
}

/** Networks with random weights. Depth is flat: no gradient goes through it, while a difference would feel it move. */
function frozenNets() {
  const depth = firstWeights('depth', depthNet);
  depth['depth.head.weight']!.fill(0);
  depth['depth.head.bias']!.fill(0.3);
  const pose = firstWeights('yaw', yawNet);
  scale(pose['yaw.yaw.weight']!, 30);
  return { synthesis: network(), depth, pose, bend: 1.5, resolution: RESOLUTION, focal: 9 };
}

/** Latents as the basis has them: f32 [count,D]. */
function latents({ basis: { mean, components, deviations } }: RefinerShape, seed: number, count: number) {
  const c = normals(seed, count * DIM);
  return Float32Array.from({ length: count * DIM }, (_, at) => {
    const [n, i] = [Math.floor(at / DIM), at % DIM];
    let value = mean[i]!;
    for (let k = 0; k < DIM; k++) value += c[n * DIM + k]! * deviations[k]! * components[k * DIM + i]!;
    return value;
  });
}

/** Pictures, masks and a relief that are smooth. */
function batchOf(shape: RefinerShape, subjects: number, views: number): Record<string, TensorValue> {
  const { layers } = shape;
  const rows = subjects * views;
  const plane = (channels: number, at: (x: number, y: number, k: number) => number): TensorValue =>
    float32(
      Float32Array.from({ length: subjects * channels * SIDE ** 2 }, (_, i) =>
        at((i % SIDE) / SIDE, (Math.floor(i / SIDE) % SIDE) / SIDE, Math.floor(i / SIDE ** 2)),
      ),
      [subjects, channels, SIDE, SIDE],
    );
  const source = latents(shape, 21, subjects * layers);
  const rotated = latents(shape, 22, rows * layers);
  return {
    source: float32(source, [subjects, layers, DIM]),
    rotated: float32(rotated, [rows, layers, DIM]),
    yaw: float32(
      Float32Array.from({ length: rows }, (_, r) => 0.3 * ((r % views) - 0.4)),
      [rows],
    ),
    sourceImage: plane(3, (x, y, k) => 0.7 * Math.sin(9 * x + 7 * y + k)),
    sourceMask: plane(1, () => 1),
    sourceDepth: plane(1, (x, y) => 1 + 0.05 * Math.sin(5 * x) * Math.cos(4 * y)),
    sourceYaw: float32(new Float32Array(subjects), [subjects]),
  };
}

/**
 * Of each group of weights: the derivative along its own gradient, which Adam's first moment tells, and by central
 * differences of the loss.
 */
async function slopes(step: TrainingStep, batch: Record<string, TensorValue>, shake: number) {
  const start: Record<string, Float32Array> = { ...initialState(step, 1) };
  step.parameters.forEach(({ name }, k) => {
    const noise = normals(60 + k, start[name]!.length);
    start[name] = start[name]!.map((value, i) => value + shake * noise[i]!);
  });
  const session = await trainingRuntime(runtime).load(step, start);
  const feeds = { ...batch, ...scheduleFeeds(step, 0, 1e-3) };
  const { loss, gradientNorm } = await session.step(feeds);
  const state = await session.read();
  const { beta1, clipNorm } = step.options;
  const clipped = clipNorm === null ? 1 : Math.min(1, clipNorm / (gradientNorm![0]! + 1e-6));
  const found: Record<string, { gradient: number; difference: number }> = {};
  for (const { name, members } of step.groups) {
    const slope = state[`adam.m/${name}`]!.map((m) => m / ((1 - beta1) * clipped));
    const length = Math.hypot(...slope);
    const reach = (CHANGE * loss![0]!) / length;
    const at = async (distance: number): Promise<number> => {
      const moved = { ...start };
      let first = 0;
      for (const member of members) {
        moved[member.name] = start[member.name]!.map(
          (value, i) => value + (distance * slope[first + i]!) / length,
        );
        first += moved[member.name]!.length;
      }
      await session.write(moved);
      return (await session.step(feeds))['loss']![0]!;
    };
    found[name] = { gradient: length, difference: ((await at(reach)) - (await at(-reach))) / (2 * reach) };
  }
  await session.release();
  return found;
}

describe('the steps through the frozen networks', () => {
  const nets = frozenNets();
  const shape: RefinerShape = {
    layers: nets.synthesis.layers,
    basis: toyBasis(DIM),
    refined: { from: 0, to: 4 },
  };
  const config = (loss: typeof REFINER_CONFIG.loss): AgreementRefinerConfig => ({
    ...REFINER_CONFIG,
    net: { ...REFINER_CONFIG.net, ...small({}) },
    batch: { subjects: SUBJECTS, views: VIEWS },
    loss,
  });

  it('give the refiner its gradient', async () => {
    const step = refinerStep({
      shape,
      config: config(REFINER_CONFIG.loss),
      nets,
      side: SIDE,
    });
    const rows = SUBJECTS * VIEWS;
    const batch = { ...batchOf(shape, SUBJECTS, VIEWS), t: float32(new Float32Array(rows), [rows]) };
    const found = await slopes(step, batch, 0.05);
    expect(Object.keys(found)).toHaveLength(3);
    for (const [name, { gradient, difference }] of Object.entries(found)) {
      expect(gradient, name).toBeGreaterThan(1e-4);
      expect(difference / gradient, name).toBeGreaterThan(0.97);
      expect(difference / gradient, name).toBeLessThan(1.03);
    }
  });

  it('give the polished latents theirs', async () => {
    const shares = polishShares([-0.4, 0, 0.5], { spacing: 0.5 });
    const changes = shares.length / 3;
    const step = polishStep({ shape, nets, side: SIDE }, POLISH_CONFIG, 3, changes);
    const views = batchOf(shape, 1, 3);
    const batch = { ...views, mended: views['rotated']!, shares: float32(shares, [3, changes]) };
    const found = await slopes(step, batch, 0.1);
    const [{ gradient, difference }] = Object.values(found) as [{ gradient: number; difference: number }];
    expect(gradient).toBeGreaterThan(1e-4);
    expect(difference / gradient).toBeGreaterThan(0.97);
    expect(difference / gradient).toBeLessThan(1.03);
  });
});
