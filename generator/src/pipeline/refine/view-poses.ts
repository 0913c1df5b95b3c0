import { radians } from '@turnaround/plugin/asset';
import { orbitPose } from '../../calibration/warp/index.ts';
import { openPoseNet } from '../calibrate/nets.ts';
import { loadGanModel } from '../gan-model.ts';
import { type ModelManifest, readModelFile } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import type { SubjectLatents } from '../subject-latents.ts';

/** The pose T of eq. 2 for each view that a refiner mends. */
export interface ViewPoses {
  /** @param yaws radians asked for @returns f32 [n,6], from the source's camera to each view's */
  read(latents: SubjectLatents, yaws: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * Turns about a pivot by the asked yaw.
 * @param scale true yaw ÷ the nets' own
 * @param reach degrees in the nets' own scale that the refiner was learned on: beyond them it is asked for the last one it
 *   knows
 */
export function orbitPoses(scale: number, reach: number): ViewPoses {
  const most = radians(reach);
  return {
    read: async (_, yaws) =>
      Float32Array.from(yaws.flatMap((yaw) => orbitPose(Math.min(most, Math.max(-most, yaw / scale))))),
    release: async () => {},
  };
}

/** Free motions, as the pose net sees them between pictures of the source and of the unmended views. */
export async function openNetPoses(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
): Promise<ViewPoses> {
  const { resolution } = manifest.calibration!;
  const bytes = await readModelFile(files, folder, manifest, 'pose.onnx');
  const network = await loadGanModel(files, runtime, folder, { cutAt: resolution });
  const net = await openPoseNet(runtime, bytes, resolution).catch(async (error) => {
    await network.release();
    throw error;
  });
  // The net learned from 8-bit pictures, which go no farther.
  const draw = async (latents: Float32Array, count: number) =>
    (await network.synthesize(latents, count)).map((value) => Math.min(1, Math.max(-1, value)));
  return {
    async read({ source, views }, yaws) {
      const count = yaws.length;
      const own = await draw(source, 1);
      const sources = new Float32Array(count * own.length);
      for (let k = 0; k < count; k++) sources.set(own, k * own.length);
      return net.pose(sources, await draw(views, count), count);
    },
    async release() {
      await net.release();
      await network.release();
    },
  };
}

/** What a refiner of this model's nets is told of its views. @param reach degrees, own scale, that it was learned on */
export const openViewPoses = async (
  platform: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
  reach: number,
): Promise<ViewPoses> =>
  manifest.calibration!.nets === 'orbit'
    ? orbitPoses(manifest.calibration!.scale, reach)
    : openNetPoses(platform, folder, manifest);
