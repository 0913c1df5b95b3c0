import { degrees, radians } from '@turnaround/plugin/asset';
import { bendThrough, ownYaw, straightYaw } from '../../calibration/straight-yaw.ts';
import type { ModelCalibration } from '../model-calibration.ts';
import {
  type ModelManifest,
  readModelManifest,
  withoutRefiner,
  writeModelManifest,
} from '../model-manifest.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { outermostDegrees } from './calibration-sheet.ts';
import { writeCalibrationSheet } from './write-calibration.ts';

/** Degrees that a sheet's outermost views may show. */
export const LEAST_DEGREES: number = 5;
export const MOST_DEGREES: number = 120;

/** What a person sees on `calibration.png`, degrees to either side. */
export interface SeenDegrees {
  readonly outermost: number;
  /** Of the views between the outermost and the frontal ones; null: not looked at. */
  readonly halfway: number | null;
}

/**
 * Corrects a model's degrees by what a person sees: the scale by the outermost views of `calibration.png`, and the bend by
 * the half-way ones too. Nothing is trained; `model.json` and `calibration.png` are written anew.
 * @throws PipelineError `not-calibrated`, or `degrees` where the half-way views cannot show what is said
 */
export async function setDegrees(
  platform: Platform,
  folder: string,
  { outermost, halfway }: SeenDegrees,
): Promise<ModelManifest> {
  const { manifest } = await readModelManifest(platform.files, folder);
  const calibration = requireCalibration(manifest, folder);
  const seen =
    halfway === null
      ? rescaled(calibration, outermost / outermostDegrees(calibration))
      : bent(calibration, outermost, halfway, folder);
  // A refiner is told yaws of the nets' straightened scale: with another bend they are others.
  const kept = seen.bend === calibration.bend ? manifest : withoutRefiner(manifest);
  const next = { ...kept, calibration: seen };
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

/** A calibration whose sheet shows these degrees, and in between what follows. */
function bent(
  calibration: ModelCalibration,
  outermost: number,
  halfway: number,
  folder: string,
): ModelCalibration {
  const believed = outermostDegrees(calibration);
  const own = (shown: number): number => ownYaw(radians(shown) / calibration.scale, calibration.bend);
  const along = calibration.curve.degrees.map(own);
  const found = bendThrough(
    { own: own(believed / 2), shown: radians(halfway) },
    { own: own(believed), shown: radians(outermost) },
    Math.max(-along[0]!, along.at(-1)!),
  );
  if (!found)
    throw new PipelineError(
      'degrees',
      `${folder}: expected half-way views that show about half of the outermost ones' ${outermost}°, got ${halfway}°`,
    );
  return {
    ...rescaled(calibration, found.scale / calibration.scale),
    bend: found.bend,
    curve: {
      x: calibration.curve.x,
      degrees: along.map((yaw) => degrees(found.scale * straightYaw(yaw, found.bend))),
    },
  };
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
