import { motionsOf } from '../../calibration/config.ts';
import type { ModelManifest } from '../model-manifest.ts';

/** Why a model's degrees are estimates; null where they are not. */
export function whyEstimates({
  calibrated,
  calibration,
}: Pick<ModelManifest, 'calibrated' | 'calibration'>): string | null {
  if (calibrated) return null;
  if (!calibration) return 'depth and pose have not been learned';
  const { config, steps } = calibration;
  if (motionsOf(calibration) === 'free')
    return `degrees cannot be had from ${config}, whose motions know no axis and whose depth has a unit of its own`;
  return `the nets have not learned to turn the subjects (${config}, ${steps} steps)`;
}
