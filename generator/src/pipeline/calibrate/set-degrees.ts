import type { ModelCalibration } from '../model-calibration.ts';
import { type ModelManifest, readModelManifest, writeModelManifest } from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { outermostDegrees } from './calibration-sheet.ts';
import { writeCalibrationSheet } from './write-calibration.ts';

/** Degrees that a sheet's outermost views may show. */
export const LEAST_DEGREES: number = 5;
export const MOST_DEGREES: number = 120;

/**
 * Corrects a model's scale by what a person sees: the outermost views of `calibration.png` show this many degrees to
 * either side. Nothing is trained; `model.json` and `calibration.png` are written anew.
 * @throws PipelineError `not-calibrated`
 */
export async function setDegrees(
  platform: Platform,
  folder: string,
  outermost: number,
): Promise<ModelManifest> {
  const { manifest } = await readModelManifest(platform.files, folder);
  const calibration = requireCalibration(manifest, folder);
  const next = { ...manifest, calibration: rescaled(calibration, outermost / outermostDegrees(calibration)) };
  await writeModelManifest(platform.files, folder, next);
  await writeCalibrationSheet(platform, folder);
  return next;
}

/** The calibration of a model that has one. */
export function requireCalibration(
  { calibrated, calibration }: ModelManifest,
  folder: string,
): ModelCalibration {
  if (calibrated && calibration) return calibration;
  throw new PipelineError(
    'not-calibrated',
    `${folder}: expected a calibrated model, got one without; run: turnaround train ${folder} --stage depth-pose`,
  );
}

/**
 * A calibration whose degrees are `factor` times as many. Pixels move by relief times turn, and how far they move is
 * what the pictures show: as the turn grows, relief shrinks alike.
 */
export function rescaled(calibration: ModelCalibration, factor: number): ModelCalibration {
  const { scale, relief, pivot, depthRange, curve } = calibration;
  return {
    ...calibration,
    scale: scale * factor,
    scaleSource: 'person',
    relief: relief / factor,
    depthRange: [pivot + (depthRange[0] - pivot) / factor, pivot + (depthRange[1] - pivot) / factor],
    curve: { x: curve.x, degrees: curve.degrees.map((value) => value * factor) },
  };
}
