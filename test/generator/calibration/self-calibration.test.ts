import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBatch } from '../../../generator/src/calibration/batches.ts';
import { GAN_CONFIG, type OrbitConfig, TURNTABLE_CONFIG } from '../../../generator/src/calibration/config.ts';
import { buildPose, calibrationJob } from '../../../generator/src/calibration/job.ts';
import { calibrationLoss } from '../../../generator/src/calibration/losses.ts';
import { photometricError } from '../../../generator/src/calibration/photometric.ts';
import { readViews, type SweepSet } from '../../../generator/src/calibration/sweep-set.ts';
import { float32, float32Data, Graph, initialWeights, Random } from '../../../generator/src/graph/index.ts';
import { ellipsoidSet, run, SIDE, views, YAWS } from './ellipsoid-set.ts';

const _AREA = SIDE * SIDE;

/** The loss of given depths and yaws, all ordered pairs and no mirrors. */
async function lossOf(depths: Float32Array, yaws: readonly number[], config: OrbitConfig): Promise<number> {
  const graph = new Graph('loss');
  const count = views.length;
  const join = (pick: (k: number) => Float32Array) =>
    Float32Array.from(views.flatMap((_, k) => Array.from(pick(k))));
  const rows = YAWS.flatMap((_, a) => YAWS.flatMap((__, b) => (a === b ? [] : [[a, b] as const])));
  const indices = (pick: 0 | 1) =>
    graph.constant(
      BigInt64Array.from(rows, (row) => BigInt(row[pick])),
      [rows.length],
    );
  const weights = (value: number) => graph.constant(new Float32Array(rows.length).fill(value), [rows.length]);
  const constant = (data: Float32Array, channels: number) =>
    graph.constant(data, [count, channels, SIDE, SIDE]);
  const { loss } = calibrationLoss(
    {
      image: constant(
        join((k) => views[k]!.image.data),
        3,
      ),
      mask: constant(
        join((k) => views[k]!.mask),
        1,
      ),
      depth: constant(depths, 1),
      yaw: graph.constant(Float32Array.from(yaws), [count]),
    },
    { target: indices(0), source: indices(1), pairWeight: weights(1), mirrorWeight: weights(0) },
    config.loss,
  );
  graph.output('loss', loss);
  return float32Data(await run(graph), 'loss')[0]!;
}

const trueDepth = Float32Array.from(
  views.flatMap(({ depth, mask }) => Array.from(depth, (d, i) => (mask[i]! > 0 ? d : 1.04))),
);

describe('calibrationLoss', () => {
  for (const config of [GAN_CONFIG, TURNTABLE_CONFIG])
    it(`${config.name}: is least at the true depth and yaw`, async () => {
      const truth = await lossOf(trueDepth, YAWS, config);
      const flat = new Float32Array(trueDepth.length).fill(1);
      const concave = trueDepth.map((d) => 2 - d);
      const wrong = {
        'no turn': await lossOf(trueDepth, [0, 0, 0, 0], config),
        'too little': await lossOf(
          trueDepth,
          YAWS.map((yaw) => 0.7 * yaw),
          config,
        ),
        'too much': await lossOf(
          trueDepth,
          YAWS.map((yaw) => 1.3 * yaw),
          config,
        ),
        'the wrong way': await lossOf(
          trueDepth,
          YAWS.map((yaw) => -yaw),
          config,
        ),
        'a flat plate': await lossOf(flat, YAWS, config),
        'a concave face': await lossOf(concave, YAWS, config),
      };
      for (const [name, loss] of Object.entries(wrong)) expect(loss, name).toBeGreaterThan(1.15 * truth);
    });
});

describe('photometricError', () => {
  it('is 0 between equal pictures and .85·(1−SSIM)/2 + .15·L1 between flat ones', async () => {
    const graph = new Graph('photometric');
    const picture = (value: number) => graph.constant(new Float32Array(3 * 64).fill(value), [1, 3, 8, 8]);
    graph.output('same', photometricError(picture(0.3), picture(0.3)));
    graph.output('flat', photometricError(picture(-1), picture(1)));
    const outputs = await run(graph);
    for (const value of float32Data(outputs, 'same')) expect(value).toBeCloseTo(0, 6);
    // x = 0, y = 1: SSIM = C1·C2 ÷ ((1 + C1)·C2)
    const ssim = 1e-4 / (1 + 1e-4);
    for (const value of float32Data(outputs, 'flat'))
      expect(value).toBeCloseTo((0.85 * (1 - ssim)) / 2 + 0.15, 5);
  });
});

describe('batches', () => {
  const set: SweepSet = {
    subjects: 5,
    views: 17,
    side: 8,
    images: new Uint8Array(0),
    masks: new Uint8Array(0),
    places: Float32Array.from({ length: 17 }, (_, k) => k / 4 - 2),
  };

  it('keep views apart, pair them within a subject, and mirror whole subjects', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const batch = drawBatch(set, new Random(seed), { ...GAN_CONFIG.batch, window: null });
        expect(batch.views).toHaveLength(16);
        expect(batch.target).toHaveLength(64);
        batch.target.forEach((target, row) => {
          const [a, b] = [Number(target), Number(batch.source[row]!)];
          const mirrored = b >= 16;
          expect(batch.mirrorWeight[row]).toBe(mirrored ? 1 : 0);
          expect(batch.pairWeight[row]).toBe(mirrored ? 0 : 1);
          if (mirrored) {
            expect(b - 16).toBe(a);
            return;
          }
          const [one, other] = [batch.views[a]!, batch.views[b]!];
          expect(one.subject).toBe(other.subject);
          expect(one.mirrored).toBe(other.mirrored);
          expect(Math.abs(batch.places[a]! - batch.places[b]!)).toBeGreaterThanOrEqual(0.75 - 1e-6);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('stand closer where the generator hardly turns, and never more views than there are', () => {
    const narrow = { ...set, places: set.places.map((place) => place / 2) };
    const { views, places } = drawBatch(narrow, new Random(1), { ...GAN_CONFIG.batch, window: null });
    for (let subject = 0; subject < GAN_CONFIG.batch.subjects; subject++) {
      const own = [...places.slice(4 * subject, 4 * subject + 4)].sort((a, b) => a - b);
      expect(new Set(own).size).toBe(4);
      own.slice(1).forEach((place, k) => void expect(place - own[k]!).toBeGreaterThanOrEqual(0.5 - 1e-6));
    }
    expect(views).toHaveLength(16);
    const few = { ...set, views: 3, places: set.places.slice(0, 3) };
    expect(() => drawBatch(few, new Random(1), { ...GAN_CONFIG.batch, window: null })).toThrow(
      /at least 4 views.*got 3/,
    );
  });

  it('keep to the window', () => {
    const batch = drawBatch(set, new Random(3), { ...TURNTABLE_CONFIG.batch, apart: 0.25, window: 0.5 });
    for (let s = 0; s < 16; s += 4) {
      const places = Array.from(batch.places.slice(s, s + 4));
      expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(1 + 1e-6);
    }
  });

  it('read mirrored views as mirror images, and a blob that is nearest in the middle of the mask', () => {
    const { image, mask, blob } = readViews(ellipsoidSet(), [
      { subject: 0, view: 3, mirrored: false },
      { subject: 0, view: 3, mirrored: true },
    ]);
    const at = (data: Float32Array, k: number, channels: number, c: number, y: number, x: number) =>
      data[((k * channels + c) * SIDE + y) * SIDE + x];
    for (const [y, x] of [
      [20, 30],
      [40, 35],
      [32, 10],
    ] as const) {
      expect(at(image, 1, 3, 1, y, x)).toBe(at(image, 0, 3, 1, y, SIDE - 1 - x));
      expect(at(mask, 1, 1, 0, y, x)).toBe(at(mask, 0, 1, 0, y, SIDE - 1 - x));
    }
    expect(at(blob, 0, 1, 0, 32, 32)).toBeLessThan(0.96);
    expect(at(blob, 0, 1, 0, 2, 2)).toBeCloseTo(1.04, 2);
  });
});

describe('calibrationJob', () => {
  it('gives a yaw that the mirror negates, whatever the weights', async () => {
    const set = ellipsoidSet();
    const { step } = calibrationJob(set, GAN_CONFIG, { steps: 1, seed: 1, yawPerPlace: 0.2 });
    const weights = initialWeights(step.parameters, 5);
    const both = [false, true].map((mirrored) => ({ subject: 0, view: 0, mirrored }));
    const image = float32(readViews(set, both).image, [2, 3, SIDE, SIDE]);
    const yaw = float32Data(await run(buildPose(weights, SIDE), { source: image, target: image }), 'yaw');
    expect(yaw[0]).not.toBe(0);
    expect(yaw[1]).toBeCloseTo(-yaw[0]!, 5);
  });
});
