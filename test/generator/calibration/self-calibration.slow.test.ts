import { expect, it } from 'vitest';
import { GAN_CONFIG } from '../../../generator/src/calibration/config.ts';
import { buildDepth, buildPose, calibrationJob } from '../../../generator/src/calibration/job.ts';
import { readViews } from '../../../generator/src/calibration/sweep-set.ts';
import {
  float32,
  float32Data,
  initialState,
  Random,
  scheduleFeeds,
  serialize,
  weightsOf,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ellipsoidSet, run, SIDE } from './ellipsoid-set.ts';

it('calibrationJob leads the nets to a convex head that turns the right way', async () => {
  const set = ellipsoidSet();
  const config = { ...GAN_CONFIG, batch: { ...GAN_CONFIG.batch, subjects: 1, apart: 1 }, warmUpSteps: 100 };
  const job = calibrationJob(set, config, { steps: 40, seed: 1, yawPerPlace: 0.2 });
  const session = await createRuntime().load(serialize(job.step.graph));
  let state: Record<string, Float32Array> = { ...initialState(job.step, 1) };
  const losses: number[] = [];
  for (let index = 0; index < 40; index++) {
    const tensors = Object.fromEntries(
      job.step.state.map(({ name, shape }) => [name, float32(state[name]!, shape)]),
    );
    const batch = await job.batch(index, new Random(1, 'batch', index));
    const outputs = await session.run({
      ...batch,
      ...tensors,
      ...scheduleFeeds(job.step, index, job.rate(index)),
    });
    state = Object.fromEntries(job.step.state.map(({ name, next }) => [name, float32Data(outputs, next)]));
    losses.push(float32Data(outputs, 'loss')[0]!);
  }
  await session.release();
  expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  const weights = weightsOf(job.step, state);
  const image = float32(
    readViews(
      set,
      [0, 3].map((view) => ({ subject: 0, view, mirrored: false })),
    ).image,
    [2, 3, SIDE, SIDE],
  );
  const { yaw, pose } = await run(buildPose(weights, SIDE), { source: image, target: image });
  expect(yaw!.shape).toEqual([2]);
  expect((yaw!.data as Float32Array)[1]).toBeGreaterThan((yaw!.data as Float32Array)[0]!);
  for (const value of pose!.data as Float32Array) expect(value).toBeCloseTo(0, 6);
  expect((await run(buildDepth(weights, SIDE), { image })).depth!.shape).toEqual([2, 1, SIDE, SIDE]);
});
