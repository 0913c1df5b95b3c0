import { describe, expect, it } from 'vitest';
import {
  type CalibrationConfig,
  GAN_CONFIG,
  MONODEPTH2_CONFIG,
  TURNTABLE_CONFIG,
} from '../../../generator/src/calibration/config.ts';
import { buildNets, calibrationJob } from '../../../generator/src/calibration/job.ts';
import { monodepth2Loss } from '../../../generator/src/calibration/monodepth2/loss.ts';
import type { SweepSet } from '../../../generator/src/calibration/sweep-set.ts';
import { motionOf, yawPose } from '../../../generator/src/calibration/warp/index.ts';
import {
  averagePool,
  elementCount,
  float32,
  float32Data,
  Graph,
  initialState,
  Random,
  scheduleFeeds,
  serialize,
  type TensorValue,
  trainingRuntime,
  weightsOf,
} from '../../../generator/src/graph/index.ts';
import { toByte } from '../../../generator/src/impostor/image.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

const SIDE = 64;
const AREA = SIDE * SIDE;
const YAWS = [-0.3, -0.15, 0, 0.15, 0.3];
const views = YAWS.map((yaw) => ellipsoidView(1, yaw, SIDE));
const { loss: LOSS } = MONODEPTH2_CONFIG;

const set: SweepSet = {
  subjects: 1,
  views: views.length,
  side: SIDE,
  images: Uint8Array.from(views.flatMap(({ image }) => Array.from(image.data, toByte))),
  masks: Uint8Array.from(views.flatMap(({ mask }) => Array.from(mask, (m) => Math.round(255 * m)))),
  places: Float32Array.of(-2, -1, 0, 1, 2),
};

async function run(graph: Graph, feeds: Record<string, TensorValue> = {}) {
  const session = await createRuntime().load(serialize(graph));
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

/** The loss of view 2 between its neighbours, at a depth and a turn from view to view. */
async function lossOf(depth: Float32Array, turn: number, automask = true) {
  const graph = new Graph('loss');
  const pictures = (chosen: readonly number[]) =>
    graph.constant(Float32Array.from(chosen.flatMap((k) => Array.from(views[k]!.image.data))), [
      chosen.length,
      3,
      SIDE,
      SIDE,
    ]);
  const { nearest, farthest } = LOSS;
  const disparity = graph.constant(
    depth.map((d) => (1 / d - 1 / farthest) / (1 / nearest - 1 / farthest)),
    [1, 1, SIDE, SIDE],
  );
  const { loss, parts } = monodepth2Loss(
    {
      target: pictures([2]),
      sources: pictures([1, 3]),
      disparities: [
        disparity,
        averagePool(disparity, 2),
        averagePool(disparity, 4),
        averagePool(disparity, 8),
      ],
      motion: motionOf(yawPose(graph.constant(Float32Array.of(-turn, turn), [2]))),
    },
    { ...LOSS, automask },
  );
  graph.output('total', loss);
  for (const [name, value] of Object.entries(parts)) graph.output(name, value);
  const outputs = await run(graph);
  const number = (name: string) => float32Data(outputs, name)[0]!;
  return {
    loss: number('total'),
    photo: number('photo'),
    smoothness: number('smoothness'),
    moving: number('moving'),
  };
}

const truth = Float32Array.from(views[2]!.depth, (d, i) => (views[2]!.mask[i]! > 0 ? d : 1.04));

describe('monodepth2Loss', () => {
  it('is least at the true depth and motion', async () => {
    const { loss, moving } = await lossOf(truth, 0.15, false);
    const wrong = {
      'no turn': await lossOf(truth, 0, false),
      'too little': await lossOf(truth, 0.07, false),
      'too much': await lossOf(truth, 0.25, false),
      'the wrong way': await lossOf(truth, -0.15, false),
      'a flat plate': await lossOf(new Float32Array(AREA).fill(1), 0.15, false),
    };
    for (const [name, other] of Object.entries(wrong)) expect(other.loss, name).toBeGreaterThan(1.1 * loss);
    // Still pixels are of no use: the backdrop of one colour, and what does not turn at all.
    expect(moving).toBeLessThan(0.6);
    expect(wrong['no turn'].moving).toBeLessThan(0.8);
  });

  it('takes a source as it is where that is better, so that standing still costs no more', async () => {
    const still = await lossOf(truth, 0);
    const wild = await lossOf(truth, 1.5);
    expect(wild.photo).toBeLessThanOrEqual(still.photo + 1e-4);
    expect((await lossOf(truth, 0.15)).photo).toBeLessThan(0.9 * still.photo);
  });

  it('is smooth by the shape of disparity, not by its scale', async () => {
    const near = await lossOf(
      truth.map((d) => d / 2),
      0,
    );
    const far = await lossOf(truth, 0);
    expect(near.smoothness).toBeCloseTo(far.smoothness, 3);
    expect((await lossOf(new Float32Array(AREA).fill(1), 0)).smoothness).toBeCloseTo(0, 4);
  });
});

describe('the batches of every configuration', () => {
  it.each([GAN_CONFIG, TURNTABLE_CONFIG, MONODEPTH2_CONFIG])(
    '$name: follow from the seed and the step alone, which is what lets a run be resumed',
    async (config) => {
      // Only the batches are asked for, so the step may stay as small as it gets.
      const batches = { ...config.batch, subjects: 1 };
      const job = () =>
        calibrationJob(set, { ...config, batch: batches } as CalibrationConfig, {
          steps: 10,
          seed: 1,
          yawPerPlace: 0.1,
        });
      const [one, other] = [job(), job()];
      const skipped = await one.batch(7, new Random(1, 'batch', 7));
      for (let index = 0; index < 7; index++) await other.batch(index, new Random(1, 'batch', index));
      expect(await other.batch(7, new Random(1, 'batch', 7))).toEqual(skipped);
      expect(await other.batch(6, new Random(1, 'batch', 6))).not.toEqual(skipped);
    },
  );
});

describe('monodepth2', () => {
  const config = { ...MONODEPTH2_CONFIG, batch: { subjects: 2, views: 3 } };
  const options = { steps: 6, seed: 1, yawPerPlace: 0 };
  const image = float32(Float32Array.from([0, 4].flatMap((k) => Array.from(views[k]!.image.data))), [
    2,
    3,
    SIDE,
    SIDE,
  ]);

  it('has the published size', () => {
    const { step } = calibrationJob(set, config, options);
    const count = (part: string) =>
      step.parameters
        .filter(({ name, kind }) => kind === 'parameter' && name.startsWith(part))
        .reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
    // torchvision's resnet18 has 11,689,512 parameters, 513,000 of them in its classifier.
    expect(count('depth.encoder.')).toBe(11_176_512);
    // Three more input channels in the stem.
    expect(count('pose.encoder.')).toBe(11_176_512 + 64 * 3 * 49);
    // Godard's DepthDecoder.
    expect(count('depth.decoder.')).toBe(3_152_724);
  });

  it('draws views between their neighbours', () => {
    const job = calibrationJob(set, config, options);
    const { image } = job.batch(0, new Random(3)) as Record<string, TensorValue>;
    expect(image!.shape).toEqual([6, 3, SIDE, SIDE]);
    const read = (row: number) =>
      (image!.data as Float32Array).subarray(row * 3 * AREA, (row + 1) * 3 * AREA);
    const distance = (picture: Float32Array, view: number, mirrored: boolean) =>
      picture.reduce((sum, value, i) => {
        const from = mirrored ? i - (i % SIDE) + SIDE - 1 - (i % SIDE) : i;
        return sum + Math.abs(value - views[view]!.image.data[from]!);
      }, 0) /
      (3 * AREA);
    for (let item = 0; item < 2; item++) {
      const matches = [false, true].flatMap((mirrored) =>
        [1, 2, 3].filter((middle) =>
          [-1, 0, 1].every((step, k) => distance(read(2 * k + item), middle + step, mirrored) < 0.01),
        ),
      );
      expect(matches.length).toBeGreaterThan(0);
    }
  });

  it('trains on pictures and the ones after them, and gives nets that keep the contract', async () => {
    const own = { ...config, nextImage: true };
    const job = calibrationJob(set, own, options);
    const session = await trainingRuntime(createRuntime()).load(job.step, initialState(job.step, 1));
    const losses: number[] = [];
    // The same batch again and again: what is asked is that its loss falls.
    const batch = await job.batch(0, new Random(1));
    for (let index = 0; index < 4; index++) {
      const { loss } = await session.step({ ...batch, ...scheduleFeeds(job.step, index, 3e-4) });
      losses.push(loss![0]!);
    }
    const weights = weightsOf(job.step, await session.read());
    await session.release();
    expect(losses.at(-1)).toBeLessThan(losses[0]!);

    const { depth, pose } = buildNets(own, weights, SIDE);
    const depths = (await run(depth, { image, next: image })).depth!;
    expect(depths.shape).toEqual([2, 1, SIDE, SIDE]);
    for (const d of depths.data as Float32Array) expect(d > 0.0999 && d < 100.1).toBe(true);
    const poses = await run(pose, { source: image, target: image });
    expect(poses['pose']!.shape).toEqual([2, 6]);
    expect(poses['yaw']!.shape).toEqual([2]);
    expect((poses['pose']!.data as Float32Array).some((value) => value !== 0)).toBe(true);
  });

  it('takes pictures one by one where it is asked to', async () => {
    const { step } = calibrationJob(set, config, options);
    const weights = Object.fromEntries(
      step.parameters.map(({ name, shape }) => [name, new Float32Array(elementCount(shape)).fill(1e-3)]),
    );
    const depths = (await run(buildNets(config, weights, SIDE).depth, { image })).depth!;
    expect(depths.shape).toEqual([2, 1, SIDE, SIDE]);
  });
});
