import { describe, expect, it } from 'vitest';
import { float32Data, Graph, serialize, type Value } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import {
  type AgreementLossOptions,
  agreementLoss,
  type RefinedBatch,
  type SeenViews,
} from '../../../generator/src/refiner/losses.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

const SIDE = 64;
const FOCAL = 14 / 1.52;
const AGREEMENT: AgreementLossOptions = {
  kind: 'agreement',
  front: 1,
  back: 1,
  neighbours: 0.5,
  latent: 0.3,
  pose: 0.5,
};

/** One subject's views at `drawn` yaws, said to be seen at `asked`, and its source. */
async function lossOf(
  drawn: readonly number[],
  asked: readonly number[],
  options: AgreementLossOptions,
  change = 0,
  source = 0,
): Promise<Record<string, number>> {
  const graph = new Graph('loss');
  const seen = (yaws: readonly number[], said: readonly number[]): SeenViews => {
    const views = yaws.map((yaw) => ellipsoidView(1, yaw, SIDE));
    const joined = (parts: readonly Float32Array[], channels: number): Value =>
      graph.constant(Float32Array.from(parts.flatMap((part) => Array.from(part))), [
        yaws.length,
        channels,
        SIDE,
        SIDE,
      ]);
    return {
      image: joined(
        views.map(({ image }) => image.data),
        3,
      ),
      mask: joined(
        views.map(({ mask }) => mask),
        1,
      ),
      depth: joined(
        views.map(({ depth }) => depth.map((d) => d || 1.04)),
        1,
      ),
      yaw: graph.constant(Float32Array.from(said), [said.length]),
    };
  };
  const count = drawn.length;
  const views = seen(drawn, asked);
  const batch: RefinedBatch = {
    change: graph.constant(new Float32Array(count * 2 * 3).fill(change), [count, 2, 3]),
    views,
    sources: seen([source], [source]),
    yawError: graph.constant(
      Float32Array.from(drawn, (yaw, k) => yaw - asked[k]!),
      [count],
    ),
  };
  const indices = (numbers: readonly number[]): Value =>
    graph.constant(BigInt64Array.from(numbers, BigInt), [numbers.length]);
  const own = drawn.map((_, k) => k);
  const fronts = drawn.map(() => count);
  const first = own.slice(1).map((k) => k - 1);
  const second = own.slice(1);
  const { loss, parts } = agreementLoss(
    batch,
    {
      target: indices([...fronts, ...own, ...first, ...second]),
      source: indices([...own, ...fronts, ...second, ...first]),
      counts: { front: count, back: count, neighbours: 2 * first.length },
    },
    FOCAL,
    options,
  );
  graph.output('loss', loss);
  for (const [name, part] of Object.entries(parts)) graph.output(name, part);
  const session = await createRuntime({ threads: 1 }).load(serialize(graph));
  const outputs = await session.run({});
  await session.release();
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, float32Data(outputs, name)[0]!]));
}

describe('agreement of refined views', () => {
  const yaws = [-0.4, -0.1, 0.3];

  it('is near zero for true views at the yaws that were asked for', async () => {
    const { front, back, neighbours, pose } = await lossOf(yaws, yaws, AGREEMENT);
    for (const part of [front, back, neighbours]) expect(part).toBeLessThan(0.05);
    expect(pose).toBeCloseTo(0, 6);
  });

  it('rises where views turn less than asked, and where they do not turn', async () => {
    const [whole, half, none] = await Promise.all(
      [1, 0.5, 0].map((share) =>
        lossOf(
          yaws.map((yaw) => share * yaw),
          yaws,
          AGREEMENT,
        ),
      ),
    );
    for (const part of ['front', 'back', 'neighbours', 'pose', 'loss'])
      expect(half![part], part).toBeGreaterThan(1.5 * whole![part]!);
    expect(none!['loss']).toBeGreaterThan(half!['loss']!);
    expect(half!['pose']).toBeCloseTo(0.5 * (0.8 / 3), 5);
  });

  it('holds latents to the rotated ones', async () => {
    const { latent, loss, front, back, neighbours, pose } = await lossOf(yaws, yaws, AGREEMENT, 2);
    expect(latent).toBeCloseTo(4, 5);
    expect(loss).toBeCloseTo(front! + back! + 0.5 * neighbours! + 0.3 * 4 + 0.5 * pose!, 5);
  });

  it('agrees with the source wherever that stands', async () => {
    const { latent, front, back } = await lossOf(yaws, yaws, AGREEMENT, 2, 0.3);
    expect(latent).toBeCloseTo(4, 5);
    for (const part of [front, back]) expect(part).toBeLessThan(0.05);
  });
});
