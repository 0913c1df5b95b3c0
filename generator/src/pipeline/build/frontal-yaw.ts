import type { SweepSet } from '../../calibration/sweep-set.ts';
import { findFrontal, type TurntableGeometry } from '../../calibration/turntable/index.ts';
import { PipelineError, type Platform } from '../platform.ts';

/** What says where the subject faces the camera: a person, its symmetry, or for want of both the middle picture. */
export type FrontalSource = 'person' | 'symmetry' | 'middle picture';

export interface FrontalYaw {
  /** Radians, in the geometry's own yaws. */
  readonly yaw: number;
  readonly from: FrontalSource;
}

/** Error of the best mirror ÷ the median mirror's, above which nothing is taken for symmetric: .31 to .70 where it
 *  found the zero of people, .74 where hair over half the face misled it. */
const SYMMETRIC = 0.72;

/**
 * Where the subject faces the camera.
 * @param picture number of the frontal picture, from 1; null: found
 * @param focal   half-widths
 */
export async function frontalYaw(
  { runtime, warn }: Pick<Platform, 'runtime' | 'warn'>,
  set: SweepSet,
  geometry: TurntableGeometry,
  picture: number | null,
  focal: number,
): Promise<FrontalYaw> {
  const yawOf = (view: number) => geometry.yaws[view]!;
  if (picture !== null) {
    if (picture > set.views)
      throw new PipelineError('build-frontal', `build: expected --frontal 1 to ${set.views}, got ${picture}`);
    return { yaw: yawOf(picture - 1), from: 'person' };
  }
  const { yaw, contrast } = await findFrontal(runtime, set, geometry, focal);
  if (contrast <= SYMMETRIC) return { yaw, from: 'symmetry' };
  warn('the subject has no clear symmetry; the middle picture is taken for frontal (see --frontal)');
  return { yaw: yawOf(Math.floor(set.views / 2)), from: 'middle picture' };
}
