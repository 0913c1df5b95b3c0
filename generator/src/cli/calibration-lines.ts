import { outermostDegrees } from '../pipeline/calibrate/calibration-sheet.ts';
import { whyEstimates } from '../pipeline/calibrate/why-estimates.ts';
import { CALIBRATION_SHEET } from '../pipeline/calibrate/write-calibration.ts';
import type { ModelManifest } from '../pipeline/model-manifest.ts';
import { reachableDegrees } from '../pipeline/sweep.ts';

/** What a command says of a model's calibration, for scripts. */
export function summariseCalibration({
  calibrated,
  calibration,
  direction,
}: ModelManifest): Record<string, unknown> {
  return {
    calibrated,
    calibration: calibration && {
      ...calibration,
      reachDegrees: direction && reachableDegrees(direction, { calibrated, calibration }),
      outermostDegrees: outermostDegrees(calibration),
    },
  };
}

/** The same for people. */
export function describeCalibration(manifest: ModelManifest, folder: string): string[] {
  const { calibration, direction } = manifest;
  if (!calibration || !direction) return [];
  const why = whyEstimates(manifest);
  if (why !== null) return [`not calibrated, degrees stay estimates: ${why}`];
  const [least, most] = reachableDegrees(direction, manifest).map(Math.round);
  const outermost = Math.round(outermostDegrees(calibration));
  return [
    `turns from ${least}° to ${most}°; the scale is ${
      calibration.scaleSource === 'person'
        ? 'as you said'
        : 'that of a head about as deep as wide, and may be some tenths off'
    }`,
    `look at ${folder}/${CALIBRATION_SHEET}: if its outermost views do not show ${outermost}°, say what they show: turnaround calibrate ${folder} --degrees ${outermost}`,
  ];
}
