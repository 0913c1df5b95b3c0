import { initialState, scheduleFeeds, type TrainingSession, type TrainingStep } from '../../graph/index.ts';
import type { Matte } from '../../impostor/index.ts';
import {
  COMPARED_SIDE,
  POLISH_CHANGE,
  type PolishConfig,
  polished,
  polishShares,
  polishStep,
  type RefinerShape,
  viewFeeds,
} from '../../refiner/index.ts';
import { type DepthNet, openDepthNet } from '../calibrate/nets.ts';
import type { GanModel } from '../gan-model.ts';
import { readModelFile } from '../model-manifest.ts';
import type { OpenTraining, Platform } from '../platform.ts';
import type { SubjectLatents } from '../subject-latents.ts';
import { readFrozenNets } from './frozen-nets.ts';
import { seeSource } from './seen-source.ts';

/** Optimises a subject's views together. */
export interface Polisher {
  /**
   * @param rotated source and ŵ, unmended
   * @param mended  f32 [n,L,D], where it starts
   * @param yaws    true radians
   * @returns f32 [n,L,D]
   */
  polish(rotated: SubjectLatents, mended: Float32Array, yaws: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

export interface PolisherOptions {
  /** Of a calibrated model, cut at its nets' size. */
  readonly network: GanModel;
  readonly folder: string;
  readonly shape: RefinerShape;
  readonly config: PolishConfig;
  readonly matte: Matte;
  /** Steps for each subject. */
  readonly steps: number;
}

const SEED = 1;

/** Opens what polishing needs; the step for a number of views is made when it is first asked for. */
export async function openPolisher(
  platform: Pick<Platform, 'files' | 'runtime' | 'openTraining'>,
  { network, folder, shape, config, matte, steps }: PolisherOptions,
): Promise<Polisher> {
  const { files, runtime } = platform;
  const { manifest } = network;
  const { resolution, scale } = manifest.calibration!;
  const nets = await readFrozenNets(files, folder, manifest);
  const bytes = await readModelFile(files, folder, manifest, 'depth.onnx');
  const depth: DepthNet = await openDepthNet(runtime, bytes, resolution);
  const side = Math.min(COMPARED_SIDE, resolution);
  let training: OpenTraining | null = null;
  const sessions = new Map<string, { step: TrainingStep; session: TrainingSession }>();
  const open = async (views: number, changes: number) => {
    const key = `${views}/${changes}`;
    const known = sessions.get(key);
    if (known) return known;
    const step = polishStep({ shape, nets, side }, config, views, changes);
    training ??= platform.openTraining();
    const made = { step, session: await training.load(step, initialState(step, SEED)) };
    sessions.set(key, made);
    return made;
  };
  return {
    async polish({ source, sourceYaw, views }, mended, yaws) {
      const count = yaws.length;
      const size = views.length / count;
      // The step wants views in the order of their yaw.
      const order = yaws.map((_, k) => k).sort((a, b) => yaws[a]! - yaws[b]!);
      const rising = order.map((k) => yaws[k]!);
      const row = (all: Float32Array, k: number) => all.subarray(order[k]! * size, (order[k]! + 1) * size);
      const subject = {
        ...(await seeSource({ network, matte, depth }, source, side)),
        source,
        sourceYaw,
        rotated: (yaw: number) =>
          row(
            views,
            order.findIndex((k) => yaws[k] === yaw),
          ),
        reach: [yaws[order[0]!]!, yaws[order.at(-1)!]!] as const,
      };
      const sizes = { layers: shape.layers, dim: shape.basis.dim, side, scale };
      const start = new Float32Array(mended.length);
      for (let k = 0; k < count; k++) start.set(row(mended, k), k * size);
      const feeds = {
        ...viewFeeds([subject], [rising], sizes),
        mended: { dtype: 'float32' as const, shape: [count, shape.layers, shape.basis.dim], data: start },
      };
      const shares = polishShares(rising, config);
      const changes = shares.length / count;
      const { step, session } = await open(count, changes);
      await session.write(initialState(step, SEED));
      for (let k = 0; k < steps; k++)
        await session.step({
          ...feeds,
          shares: { dtype: 'float32', shape: [count, changes], data: shares },
          ...scheduleFeeds(step, k, config.rate),
        });
      const state = await session.read();
      const moved = polished(start, state[POLISH_CHANGE]!, shares, shape);
      const result = new Float32Array(mended.length);
      for (let k = 0; k < count; k++) result.set(moved.subarray(k * size, (k + 1) * size), order[k]! * size);
      return result;
    },
    async release() {
      for (const { session } of sessions.values()) await session.release();
      await training?.close();
      await depth.release();
    },
  };
}
