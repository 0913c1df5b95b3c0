import type { SweepSet } from '../../calibration/sweep-set.ts';
import { yawAt } from '../../calibration/yaw-curve.ts';
import type { Matte } from '../../impostor/index.ts';
import { loadGanModel } from '../gan-model.ts';
import type { Platform } from '../platform.ts';
import { openRefiner } from '../refine/open-refiner.ts';
import { subjectSource } from '../refine/subject-source.ts';
import { requireDirection } from '../sweep.ts';
import { openCalibrated } from './calibrated-model.ts';
import { drawSweeps, type GanSweepOptions, type MendLatents } from './gan-sweeps.ts';

/**
 * Draws a model folder's subjects turning, with networks of its own for as long as it takes.
 * @param side    pixels of a side
 * @param refined whether the model's refiner mends the latents, each at the yaw that the subject's own curve gives
 * @throws PipelineError `refiner-missing` or `refiner-other`; MatteError where the pictures cannot be cut
 */
export async function drawModelSweeps(
  platform: Platform,
  folder: string,
  side: number,
  matte: Matte,
  refined: boolean,
  options: GanSweepOptions,
): Promise<SweepSet> {
  const { files, runtime } = platform;
  const model = await loadGanModel(files, runtime, folder, { cutAt: side });
  try {
    const direction = requireDirection(model.manifest, folder);
    if (!refined) return await drawSweeps(platform, model, direction, matte, options);
    const refiner = await openRefiner(platform, folder, model.manifest);
    const calibrated = (await openCalibrated(platform, folder, model))!;
    const mend: MendLatents = async (subject, x) => {
      const curve = await calibrated.curveOf(subject);
      const yaws = Array.from(x, (at) => yawAt(curve, at - subject.frontal));
      return refiner.refine(
        { ...subjectSource(subject, curve, refiner.sourceReach), views: subject.latents(x) },
        yaws,
      );
    };
    try {
      return await drawSweeps(platform, model, direction, matte, options, mend);
    } finally {
      await calibrated.release();
      await refiner.release();
    }
  } finally {
    await model.release();
  }
}
