import { degrees } from '@turnaround/plugin/asset';
import type { RgbImage } from '../../impostor/index.ts';
import type { CalibratedModel } from '../calibrate/calibrated-model.ts';
import { openDepthNet, openPoseNet } from '../calibrate/nets.ts';
import { readModelFile } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { blockMeans } from '../sweep.ts';

/** What a calibrated model says of its own pictures. */
export interface ViewGeometry {
  /** f32 [S,S], distance along the optical axis, the pivot at 1 */
  readonly depth: Float32Array;
  /** Degrees. */
  readonly yaw: number;
}

export interface GeometryReader {
  /** Pixels of a side of the pictures that it takes. */
  readonly side: number;
  /** Half-widths. */
  readonly focal: number;
  /** @param pictures  f32 [3,S,S] each, −1..1 */
  read(pictures: readonly RgbImage[]): Promise<ViewGeometry[]>;
  release(): Promise<void>;
}

/** Opens a model's own depth and pose; null where it is not calibrated. */
export async function openGeometry(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  calibrated: CalibratedModel | null,
): Promise<GeometryReader | null> {
  if (!calibrated) return null;
  const { manifest } = calibrated.network;
  const { resolution: side, focal, pivot, relief, scale, bend } = calibrated.calibration;
  const load = (name: string) => readModelFile(files, folder, manifest, name);
  const depthNet = await openDepthNet(runtime, await load('depth.onnx'), side);
  const poseNet = await openPoseNet(runtime, await load('pose.onnx'), side, bend);
  const area = side * side;
  return {
    side,
    focal,
    async read(pictures) {
      const images = new Float32Array(3 * area * pictures.length);
      pictures.forEach(({ data }, k) => {
        images.set(data, 3 * area * k);
      });
      const depths = await depthNet.depth(images, pictures.length);
      const yaws = await poseNet.yaw(images, pictures.length);
      return pictures.map((_, k) => ({
        depth: depths.slice(k * area, (k + 1) * area).map((depth) => pivot + relief * (depth - pivot)),
        yaw: degrees(scale * yaws[k]!),
      }));
    },
    async release() {
      await depthNet.release();
      await poseNet.release();
    },
  };
}

/** A picture at a smaller side, and within −1..1, as nets and files have it. */
export function reduced({ width, data }: RgbImage, side: number): RgbImage {
  const held = blockMeans(data, width, side).map((value) => Math.min(1, Math.max(-1, value)));
  return { width: side, height: side, data: held };
}
