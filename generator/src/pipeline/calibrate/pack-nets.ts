import { type CalibrationConfig, seesNext } from '../../calibration/config.ts';
import { buildNets } from '../../calibration/job.ts';
import { nextView, readViews, type SweepSet } from '../../calibration/sweep-set.ts';
import { halveWeights, type Runtime, serialize, type Weights } from '../../graph/index.ts';
import { openDepthNet, openPoseNet } from './nets.ts';

/** A calibration's nets as files. */
export interface PackedNets {
  readonly depth: Uint8Array;
  readonly pose: Uint8Array;
}

/** Largest difference that half-precision weights may make: of depth (a head spans .2), and of yaw, radians (.06°). */
const [DEPTH_PARITY, YAW_PARITY] = [1e-3, 1e-3];

/** Views that are compared. */
const COMPARED = 8;

/**
 * Writes the nets, with weights in half precision where that changes next to nothing.
 * @param set what they were trained on, for the comparison
 */
export async function packNets(
  runtime: Runtime,
  config: CalibrationConfig,
  weights: Weights,
  set: SweepSet,
): Promise<PackedNets> {
  const { side } = set;
  const shown = Array.from({ length: COMPARED }, (_, k) => ({
    subject: Math.floor((k * set.subjects) / COMPARED),
    view: Math.floor((k * set.views) / COMPARED),
    mirrored: false,
  }));
  const { image } = readViews(set, shown);
  const next = readViews(
    set,
    shown.map((choice) => nextView(set, choice)),
  ).image;
  const depth = (model: Uint8Array) => openDepthNet(runtime, model, side, seesNext(config));
  const pose = (model: Uint8Array) => openPoseNet(runtime, model, side);
  const read = async (open: typeof depth | typeof pose, model: Uint8Array) => {
    const net = await open(model);
    try {
      return await ('depth' in net ? net.depth(image, COMPARED, next) : net.yaw(image, COMPARED));
    } finally {
      await net.release();
    }
  };
  const pack = async (
    open: typeof depth | typeof pose,
    model: Uint8Array,
    parity: number,
  ): Promise<Uint8Array> => {
    const halved = halveWeights(model);
    const [whole, half] = [await read(open, model), await read(open, halved)];
    return whole.every((value, k) => Math.abs(value - half[k]!) <= parity) ? halved : model;
  };
  const graphs = buildNets(config, weights, side);
  return {
    depth: await pack(depth, serialize(graphs.depth), DEPTH_PARITY),
    pose: await pack(pose, serialize(graphs.pose), YAW_PARITY),
  };
}
