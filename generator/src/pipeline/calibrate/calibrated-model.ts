import { radians } from '@turnaround/plugin/asset';
import { subjectCurve } from '../../calibration/subject-curve.ts';
import { xAt, type YawCurve } from '../../calibration/yaw-curve.ts';
import { type GanModel, loadGanModel } from '../gan-model.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import { readModelFile } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import type { TurningSubject } from '../sweep.ts';
import { openPoseNet } from './nets.ts';

/** A model that knows which x shows which yaw. */
export interface CalibratedModel {
  readonly calibration: ModelCalibration;
  /** The networks at the size that the pose net takes. */
  readonly network: GanModel;
  /** Of the median subject, true radians. */
  readonly curve: YawCurve;
  /** One subject's own, true radians over x from its frontal one; the pose net reads it off nine pictures. */
  curveOf(subject: TurningSubject): Promise<YawCurve>;
  release(): Promise<void>;
}

/**
 * The subject's latents where it shows each yaw, held at its curve's ends: f32 [n,L,W].
 * @param curve its own, true radians over x from its frontal one
 * @param yaws  true radians
 */
export const latentsAt = (
  { frontal, latents }: TurningSubject,
  curve: YawCurve,
  yaws: readonly number[],
): Float32Array => latents(Float32Array.from(yaws, (yaw) => frontal + xAt(curve, yaw)));

/** Views of a subject that its own curve is read from. */
const READINGS = 9;

/** The model's curve in radians. */
export const modelCurve = ({ curve: { x, degrees } }: ModelCalibration): YawCurve => ({
  x,
  yaw: degrees.map(radians),
});

/**
 * Opens a calibrated model's pose net, and its networks cut at that net's size where they are larger; null where the
 * model is not calibrated.
 * @param model the whole networks, which stay open
 */
export async function openCalibrated(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  model: GanModel,
): Promise<CalibratedModel | null> {
  const { calibrated, calibration } = model.manifest;
  if (!calibrated || !calibration) return null;
  const { resolution, scale, bend } = calibration;
  const pose = await openPoseNet(
    runtime,
    await readModelFile(files, folder, model.manifest, 'pose.onnx'),
    resolution,
    bend,
  );
  const network =
    resolution === model.side ? model : await loadGanModel(files, runtime, folder, { cutAt: resolution });
  const curve = modelCurve(calibration);
  const curveOf = async (subject: TurningSubject): Promise<YawCurve> => {
    const [from, to] = [curve.x[0]!, curve.x.at(-1)!];
    const places = Float32Array.from(
      { length: READINGS },
      (_, k) => from + ((to - from) * k) / (READINGS - 1),
    );
    const images = await network.synthesize(
      subject.latents(places.map((place) => subject.frontal + place)),
      READINGS,
    );
    // The net learned from 8-bit pictures, which go no farther.
    const held = images.map((value) => Math.min(1, Math.max(-1, value)));
    const own = await pose.yaw(held, READINGS);
    return subjectCurve(
      curve,
      places,
      own.map((yaw) => scale * yaw),
    );
  };
  return {
    calibration,
    network,
    curve,
    curveOf,
    async release() {
      await pose.release();
      if (network !== model) await network.release();
    },
  };
}
