import { describe, expect, it } from 'vitest';
import { float32, float32Data, serialize } from '../../../generator/src/graph/index.ts';
import {
  buildCurveFeatures,
  RefinerError,
  temperCurve,
  temperedShare,
} from '../../../generator/src/refiner/index.ts';
import { type Latents, normals, refinerWeights, runRefiner, runtime, small, TOY } from './toy.ts';

const OPTIONS = small({ body: 'transformer' });
const WEIGHTS = refinerWeights(TOY, OPTIONS, 0.05);
const { layers, basis, refined } = TOY;
const SIZE = (refined.to - refined.from) * basis.dim;
const YAWS = Array.from({ length: 9 }, (_, g) => -0.8 + 0.2 * g);
const SUBJECTS = 6;

/** What a refiner adds to each of some subjects' views: [subjects][yaws][T·D]. */
async function corrections(weights: Record<string, Float32Array>): Promise<number[][][]> {
  const count = YAWS.length;
  const all: number[][][] = [];
  for (let n = 0; n < SUBJECTS; n++) {
    const latents: Latents = {
      w: normals(100 + n, count * layers * basis.dim),
      rotated: normals(200 + n, count * layers * basis.dim),
      yaw: YAWS,
      t: YAWS.map(() => 0),
    };
    const mended = await runRefiner(TOY, weights, OPTIONS, latents);
    all.push(
      YAWS.map((_, g) => {
        const at = (g * layers + refined.from) * basis.dim;
        return Array.from({ length: SIZE }, (_, i) => mended[at + i]! - latents.rotated[at + i]!);
      }),
    );
  }
  return all;
}

const meanOf = (all: number[][][]): Float64Array =>
  Float64Array.from(
    YAWS.flatMap((_, g) =>
      Array.from({ length: SIZE }, (_, i) => all.reduce((sum, own) => sum + own[g]![i]!, 0) / all.length),
    ),
  );

async function curveFeatures(): Promise<Float32Array> {
  const session = await runtime.load(serialize(buildCurveFeatures(WEIGHTS)));
  const outputs = await session.run({ yaw: float32(Float32Array.from(YAWS), [YAWS.length]) });
  await session.release();
  return float32Data(outputs, 'features');
}

describe('tempering', () => {
  it('takes a share off what subjects have in common, and leaves how they differ', async () => {
    const before = await corrections(WEIGHTS);
    const shares = YAWS.map((yaw) => 0.3 * Math.abs(yaw));
    const common = { shares, counts: YAWS.map(() => SUBJECTS), mean: meanOf(before) };
    const weights = temperCurve(WEIGHTS, basis, await curveFeatures(), common);
    const after = await corrections(weights as Record<string, Float32Array>);
    const mean = meanOf(after);
    const largest = Math.max(...common.mean.map(Math.abs));
    expect(largest).toBeGreaterThan(0.1);
    mean.forEach((value, i) => {
      expect(Math.abs(value - (1 - shares[Math.floor(i / SIZE)]!) * common.mean[i]!)).toBeLessThan(
        0.01 * largest,
      );
    });
    for (let n = 0; n < SUBJECTS; n++)
      for (let g = 0; g < YAWS.length; g++)
        for (let i = 0; i < SIZE; i++) {
          const own = before[n]![g]![i]! - common.mean[g * SIZE + i]!;
          expect(after[n]![g]![i]! - mean[g * SIZE + i]!).toBeCloseTo(own, 4);
        }
  });

  it('takes more off the farther a view is turned, to either side alike', () => {
    const tempering = { share: 0.5, between: [0.2, 0.6] } as const;
    const share = (yaw: number): number => temperedShare(tempering, yaw);
    expect(share(0.1)).toBe(0);
    expect(share(0.4)).toBeCloseTo(0.25, 9);
    expect(share(-0.4)).toBeCloseTo(0.25, 9);
    expect(share(-2)).toBe(0.5);
  });

  it('goes by the yaws that subjects show', async () => {
    const before = await corrections(WEIGHTS);
    const mean = meanOf(before);
    // What stands at a yaw that nobody shows is no measurement.
    mean.fill(1e3, 0, SIZE);
    const shares = YAWS.map(() => 1);
    const counts = YAWS.map((_, g) => (g === 0 ? 0 : SUBJECTS));
    const weights = temperCurve(WEIGHTS, basis, await curveFeatures(), { shares, counts, mean });
    const after = meanOf(await corrections(weights as Record<string, Float32Array>));
    const largest = Math.max(...mean.subarray(SIZE).map(Math.abs));
    for (let i = SIZE; i < after.length; i++) expect(Math.abs(after[i]!)).toBeLessThan(0.01 * largest);
  });

  it('asks for a curve and for as many numbers as it has', async () => {
    const none = refinerWeights(TOY, small({ body: 'mlp', curve: false }));
    const common = { shares: YAWS, counts: YAWS.map(() => 1), mean: new Float64Array(YAWS.length * SIZE) };
    const features = await curveFeatures();
    expect(() => temperCurve(none, basis, features, common)).toThrow(RefinerError);
    expect(() => temperCurve(WEIGHTS, basis, features.subarray(1), common)).toThrow(/64 features/);
  });
});
