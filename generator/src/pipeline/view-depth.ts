import { mendRim } from '@turnaround/plugin/asset';
import { type DepthMap, type RgbaImage, type RgbImage, raiseDepth } from '../impostor/index.ts';
import { openDepthNet } from './calibrate/nets.ts';
import { type ModelManifest, readModelFile } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';
import { blockMeans } from './sweep.ts';

/** Depth of a calibrated model's pictures. */
export interface DepthReader {
  /** Focal length in half-widths of a picture. */
  readonly focal: number;
  /**
   * The net's own depth, at its own size, before `raiseDepths`.
   * @param pictures  of one size, as the model draws them, backdrop and all
   * @returns one a picture: distance along the optical axis, pivot at 1
   */
  say(pictures: readonly RgbImage[]): Promise<DepthMap[]>;
  /**
   * @param pictures  of one size, as the model draws them, backdrop and all
   * @param cutouts   the same cut out; their alpha says where the subject is
   * @returns one a picture, of its size: distance along the optical axis, pivot at 1; background outside alpha ≥ ½
   */
  read(pictures: readonly RgbImage[], cutouts: readonly RgbaImage[]): Promise<DepthMap[]>;
  release(): Promise<void>;
}

/**
 * Loads `depth.onnx` of a model folder; null where the model is not calibrated. The net sees pictures at the size that it
 * learned at, and what it says is raised to theirs with edges kept.
 * @throws PipelineError where the file is damaged, or the picture's size is no multiple of the net's
 */
export async function openDepth(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
): Promise<DepthReader | null> {
  const { calibrated, calibration } = manifest;
  if (!calibrated || !calibration) return null;
  const { resolution: side, focal, pivot, relief } = calibration;
  const net = await openDepthNet(runtime, await readModelFile(files, folder, manifest, 'depth.onnx'), side);
  const reader: DepthReader = {
    focal,
    async say(pictures) {
      const area = side * side;
      const images = new Float32Array(3 * area * pictures.length);
      for (const [k, { width, height, data }] of pictures.entries()) {
        if (width !== height || width % side !== 0)
          throw new PipelineError(
            'depth-size',
            `depth: expected square pictures of a multiple of ${side} pixels, got ${width}×${height}`,
          );
        // The net learned from 8-bit pictures, which go no farther.
        const held = blockMeans(data, width, side).map((value) => Math.min(1, Math.max(-1, value)));
        images.set(held, 3 * area * k);
      }
      const said = await net.depth(images, pictures.length);
      return pictures.map((_, k) => {
        const data = said.slice(k * area, (k + 1) * area).map((depth) => pivot + relief * (depth - pivot));
        return { width: side, height: side, data };
      });
    },
    read: async (pictures, cutouts) => raiseDepths(await reader.say(pictures), cutouts),
    release: () => net.release(),
  };
  return reader;
}

/**
 * Depth at the pictures' size, with edges kept; background outside alpha ≥ ½.
 * @param said     what `DepthReader.say` says of them
 * @param cutouts  the pictures cut out
 */
export const raiseDepths = (said: readonly DepthMap[], cutouts: readonly RgbaImage[]): DepthMap[] =>
  cutouts.map((cutout, k) => withoutRim(raiseDepth(said[k]!, cutout), cutout));

/** Depth as it is within a picture's rim, where the net's own is a mean of both sides; what has no inside keeps its own. */
function withoutRim({ width, height, data }: DepthMap, { data: rgba }: RgbaImage): DepthMap {
  const covered = (pixel: number): boolean => rgba[4 * pixel + 3]! >= 128;
  const mended = mendRim(data, covered, width, height);
  return { width, height, data: data.map((value, pixel) => (covered(pixel) && mended[pixel]) || value) };
}
