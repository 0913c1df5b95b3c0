import { degrees } from '@turnaround/plugin/asset';
import { type CalibrationConfig, motionsOf, seesNext } from '../../calibration/config.ts';
import { bendThrough, straightYaw } from '../../calibration/straight-yaw.ts';
import type { SweepSet } from '../../calibration/sweep-set.ts';
import { type YawCurve, yawAt } from '../../calibration/yaw-curve.ts';
import type { Weights } from '../../graph/index.ts';
import { loadGanModel } from '../gan-model.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import {
  type ModelFile,
  type ModelManifest,
  readModelManifest,
  withoutRefiner,
  writeModelManifest,
} from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { requireDirection } from '../sweep.ts';
import { modelCurve, openCalibrated } from './calibrated-model.ts';
import { calibrationSheet, sheetViews } from './calibration-sheet.ts';
import { type Measured, measureNets } from './measure.ts';
import { openDepthNet, openPoseNet } from './nets.ts';
import { packNets } from './pack-nets.ts';
import { whyEstimates } from './why-estimates.ts';

/** How nets were learned. */
export interface CalibrationRecord {
  readonly config: CalibrationConfig;
  readonly steps: number;
  /** SHA-256 of all that they depend on. */
  readonly key: string;
}

/**
 * Writes `depth.onnx`, `pose.onnx` and then `model.json` with what they mean, measured on the set.
 * @param set      that the nets learned from, with x as places
 * @param curveSet that yaw is measured over x on: unmended sweeps
 */
export async function writeCalibration(
  platform: Platform,
  folder: string,
  manifest: ModelManifest,
  { set, curveSet }: { readonly set: SweepSet; readonly curveSet: SweepSet },
  weights: Weights,
  record: CalibrationRecord,
): Promise<ModelManifest> {
  const { files, runtime } = platform;
  const packed = await packNets(runtime, record.config, weights, set);
  const { focal } = record.config.loss;
  const depth = await openDepthNet(runtime, packed.depth, set.side, seesNext(record.config));
  const pose = await openPoseNet(runtime, packed.pose, set.side);
  let measured: Measured;
  try {
    const motions = motionsOf(record.config);
    measured = await measureNets(platform, set, { depth, pose }, focal, motions);
    if (curveSet !== set) {
      const { curve } = await measureNets(platform, curveSet, { depth, pose }, focal, motions);
      measured = { ...measured, curve };
    }
  } finally {
    await depth.release();
    await pose.release();
  }
  const written: Record<string, ModelFile> = {};
  for (const [name, bytes] of [
    ['depth.onnx', packed.depth],
    ['pose.onnx', packed.pose],
  ] as const) {
    await files.write(`${folder}/${name}`, bytes);
    written[name] = { sha256: files.sha256(bytes), bytes: bytes.byteLength };
  }
  const bare = withoutRefiner(manifest);
  const next: ModelManifest = {
    ...bare,
    files: { ...bare.files, ...written },
    calibrated: measured.turns,
    calibration: toCalibration(manifest, set, record, measured, set !== curveSet),
    trained: [...(set === curveSet ? [] : manifest.trained), { stage: 'depth-pose', key: record.key }],
  };
  await writeModelManifest(files, folder, next);
  const why = whyEstimates(next);
  if (why !== null)
    platform.warn(
      `${why}: their yaw grows by ${turnOf(measured)}° along the direction, their heads are ` +
        `${measured.roundness.toFixed(2)} times as deep as heads are; ${
          motionsOf(record.config) === 'orbit'
            ? 'train longer (--steps), and look at the previews'
            : 'depth.onnx and pose.onnx are kept to be looked at'
        }`,
    );
  return next;
}

const turnOf = ({ curve: { yaw } }: Measured): number => Math.round(degrees(yaw.at(-1)! - yaw[0]!));

/**
 * Scale by the shape prior: the same displacement of pixels, by a head as deep as heads are. Features of a turning GAN
 * face stick to the picture, which makes displacements too small and so the prior's yaw, never too large: it counts where
 * it is above what the nets found by wide pairs and mirror images. What a person said of the sweeps holds in a second
 * round too: the same x still show the same degrees.
 */
function toCalibration(
  manifest: ModelManifest,
  set: SweepSet,
  { config, steps, key }: CalibrationRecord,
  { pivot, curve, depthRange, turns, roundness }: Measured,
  secondRound: boolean,
): ModelCalibration {
  const priorScale = turns ? Math.max(1, roundness) : 1;
  const said = manifest.calibration?.scaleSource === 'person' ? manifest.calibration : null;
  const { scale, bend } =
    secondRound && said && turns ? degreesKept(said, curve) : { scale: priorScale, bend: 0 };
  const relief = 1 / scale;
  return {
    key,
    config: config.name,
    nets: config.nets,
    nextImage: seesNext(config),
    steps,
    subjects: set.subjects,
    direction: manifest.direction!.id,
    focal: config.loss.focal,
    pivot,
    resolution: set.side,
    bend,
    scale,
    scaleSource: scale !== priorScale ? 'person' : roundness > 1 ? 'shape-prior' : 'nets',
    priorScale,
    relief,
    depthRange: [pivot * (1 + relief * (depthRange[0] - 1)), pivot * (1 + relief * (depthRange[1] - 1))],
    curve: { x: curve.x, degrees: curve.yaw.map((yaw) => degrees(scale * straightYaw(yaw, bend))) },
  };
}

/** The scale and the bend by which x show the degrees of another calibration, at its curve's ends and half-way there. */
function degreesKept(said: ModelCalibration, curve: YawCurve): { scale: number; bend: number } {
  const known = modelCurve(said);
  /** Mean of both sides. */
  const at = (of: YawCurve, share: number): number =>
    (yawAt(of, share * known.x.at(-1)!) - yawAt(of, share * known.x[0]!)) / 2;
  const seen = (share: number) => ({ own: at(curve, share), shown: at(known, share) });
  const straight = { scale: seen(1).shown / seen(1).own, bend: 0 };
  if (said.bend === 0) return straight;
  const farthest = Math.max(-curve.yaw[0]!, curve.yaw.at(-1)!);
  return bendThrough(seen(0.5), seen(1), farthest) ?? straight;
}

/** Writes `calibration.png` of a calibrated model's folder, from the network at the nets' size. */
export async function writeCalibrationSheet(
  { files, images, runtime }: Platform,
  folder: string,
): Promise<void> {
  const { calibrated: turns, calibration } = (await readModelManifest(files, folder)).manifest;
  if (!turns || !calibration) return;
  const model = await loadGanModel(files, runtime, folder, { cutAt: calibration.resolution });
  try {
    const calibrated = await openCalibrated({ files, runtime }, folder, model);
    if (!calibrated) return;
    try {
      const views = await sheetViews(calibrated, requireDirection(model.manifest, folder));
      const sheet = await calibrationSheet(images, views);
      await files.write(`${folder}/${CALIBRATION_SHEET}`, await images.encodePng(sheet));
    } finally {
      await calibrated.release();
    }
  } finally {
    await model.release();
  }
}

/** Subjects at the degrees that the model believes. */
export const CALIBRATION_SHEET = 'calibration.png';
