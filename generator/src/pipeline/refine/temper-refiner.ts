import { float32, float32Data, type Runtime, serialize, type Weights } from '../../graph/index.ts';
import {
  type AgreementRefinerConfig,
  buildCurveFeatures,
  buildRefiner,
  type CommonCorrection,
  type RefinerShape,
  type RefinerSubject,
  temperCurve,
  temperedShare,
} from '../../refiner/index.ts';
import { type LatentRefiner, openLatentRefiner } from './latent-refiner.ts';
import { orbitPoses } from './view-poses.ts';

/** Yaws at which the common correction is measured, over the reach: 3° apart at 48°. */
const YAWS = 33;

/** Subjects that it is averaged over: their mean is within a sixteenth of their spread. */
const SUBJECTS = 256;

export interface TemperOptions {
  readonly shape: RefinerShape;
  readonly config: AgreementRefinerConfig;
  readonly bank: readonly RefinerSubject[];
  /** True yaw ÷ the nets' own. */
  readonly scale: number;
}

/**
 * Takes off a refiner's correction what `config.tempered` says of that which subjects have in common (`temperCurve`). One
 * without a curve, or one that begins with noise, whose every step would be corrected, is given back as it is.
 */
export async function temperRefiner(
  runtime: Runtime,
  weights: Weights,
  { shape, config, bank, scale }: TemperOptions,
): Promise<Weights> {
  const { net, sampler, tempered, yaws } = config;
  if (tempered.share === 0 || !net.curve || sampler.kind !== 'one-step') return weights;
  const asked = Array.from({ length: YAWS }, (_, k) => yaws.reach * ((2 * k) / (YAWS - 1) - 1));
  const refiner = await openLatentRefiner(runtime, serialize(buildRefiner(weights, shape, net)), {
    shape,
    sampler,
    sourceReach: config.sourceReach,
    poses: orbitPoses(scale, Number.POSITIVE_INFINITY),
  });
  let common: Omit<CommonCorrection, 'shares'>;
  try {
    common = await commonCorrection(refiner, bank.slice(0, SUBJECTS), asked, shape);
  } finally {
    await refiner.release();
  }
  const own = asked.map((yaw) => yaw / scale);
  const shares = asked.map((yaw) => temperedShare(tempered, yaw));
  return temperCurve(weights, shape.basis, await features(runtime, weights, own), { ...common, shares });
}

/** The mean correction at each yaw, over the subjects that turn so far. */
async function commonCorrection(
  refiner: LatentRefiner,
  subjects: readonly RefinerSubject[],
  yaws: readonly number[],
  { layers, basis: { dim }, refined: { from, to } }: RefinerShape,
): Promise<Omit<CommonCorrection, 'shares'>> {
  const size = (to - from) * dim;
  const mean = new Float64Array(yaws.length * size);
  const counts = new Array<number>(yaws.length).fill(0);
  for (const { source, sourceYaw, rotated, reach } of subjects) {
    const shown = yaws.flatMap((yaw, g) => (yaw >= reach[0] && yaw <= reach[1] ? [g] : []));
    const views = new Float32Array(shown.length * layers * dim);
    for (const [k, g] of shown.entries()) views.set(rotated(yaws[g]!), k * layers * dim);
    const mended = await refiner.refine(
      { source, sourceYaw, views },
      shown.map((g) => yaws[g]!),
    );
    for (const [k, g] of shown.entries()) {
      const at = (k * layers + from) * dim;
      counts[g]!++;
      for (let i = 0; i < size; i++) mean[g * size + i]! += mended[at + i]! - views[at + i]!;
    }
  }
  for (const [g, count] of counts.entries())
    for (let i = 0; i < size; i++) mean[g * size + i]! /= Math.max(1, count);
  return { counts, mean };
}

async function features(runtime: Runtime, weights: Weights, yaws: readonly number[]): Promise<Float32Array> {
  const session = await runtime.load(serialize(buildCurveFeatures(weights)));
  try {
    const outputs = await session.run({ yaw: float32(Float32Array.from(yaws), [yaws.length]) });
    return float32Data(outputs, 'features');
  } finally {
    await session.release();
  }
}
