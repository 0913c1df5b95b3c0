import type { SweepSet } from '../../calibration/sweep-set.ts';
import { findFrontal, type TurntableGeometry } from '../../calibration/turntable/index.ts';
import { PipelineError, type Platform } from '../platform.ts';

/** What says where the subject faces the camera: a person, its symmetry, or for want of both the middle of the turn. */
export type FrontalSource = 'person' | 'symmetry' | 'middle of the turn';

export interface FrontalYaw {
  /** Radians, in the geometry's own yaws. */
  readonly yaw: number;
  readonly from: FrontalSource;
}

/**
 * A mirror is believed up to this error, and up to this share of the median mirror's. With true depth and yaw, where
 * the zero of seven people was found to the degree: .07 to .18 and .28 to .70; where hair over half the face misled it
 * by 22°: .215 and .74; a solid painted without symmetry: .20 and .58.
 */
const LARGEST_ERROR = 0.19;
const LARGEST_SHARE = 0.72;

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
  const { yaw, error, contrast } = await findFrontal(runtime, set, geometry, focal);
  if (error <= LARGEST_ERROR && contrast <= LARGEST_SHARE) return { yaw, from: 'symmetry' };
  warn('the subject has no clear symmetry; the middle of the turn is taken for frontal (see --frontal)');
  // Halfway in angle: pictures may crowd on one side.
  return { yaw: (yawOf(0) + yawOf(set.views - 1)) / 2, from: 'middle of the turn' };
}
