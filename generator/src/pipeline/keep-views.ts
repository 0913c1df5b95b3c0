import { degrees } from '@turnaround/plugin/asset';
import { type CharacterView, type DepthMap, type GreyImage16, isDepth } from '../impostor/index.ts';
import type { Platform } from './platform.ts';

/** Distance for a step of the 16-bit pictures: they reach twice the camera's distance from the pivot. */
const DEPTH_SCALE = 2 ** -15;

/**
 * Writes `<folder>/<k>.png` (RGBA), `<k>.depth.png` where a view has depth (16 bit; the value times `depth.scale` is the
 * distance along the optical axis in units of the camera's distance from the pivot, 0 is background), and
 * `views.json`: yaw and pitch in degrees, and the pose, which takes a point in the axes of the camera at yaw and pitch 0 to
 * the view's: a rotation as axis times angle in degrees, then a translation in units of the camera's distance.
 * @param focal focal length in half-widths; absent without depth
 */
export async function keepViews(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  folder: string,
  views: readonly CharacterView[],
  focal?: number,
): Promise<void> {
  const table = [];
  for (const [k, { yaw, pitch, image, depth }] of views.entries()) {
    const file = `${k}.png`;
    await files.write(`${folder}/${file}`, await images.encodePng(image));
    const row = { file, yaw: degrees(yaw), pitch: degrees(pitch), pose: orbitPose(yaw, pitch) };
    if (!depth) {
      table.push(row);
      continue;
    }
    const depthFile = `${k}.depth.png`;
    await files.write(`${folder}/${depthFile}`, await images.encodeGrey16Png(greyDepth(depth)));
    table.push({ ...row, focal, depth: { file: depthFile, scale: DEPTH_SCALE } });
  }
  await files.write(`${folder}/views.json`, `${JSON.stringify(table, null, 1)}\n`);
}

function greyDepth({ width, height, data }: DepthMap): GreyImage16 {
  const steps = Uint16Array.from(data, (depth) =>
    isDepth(depth) ? Math.min(65535, Math.max(1, Math.round(depth / DEPTH_SCALE))) : 0,
  );
  return { width, height, data: steps };
}

/** The camera's motion about the pivot, at distance 1 on its axis: the matrix of `subjectToCamera` as axis times angle. */
function orbitPose(yaw: number, pitch: number): { rotation: number[]; translation: number[] } {
  const [cy, sy, cp, sp] = [Math.cos(yaw / 2), Math.sin(yaw / 2), Math.cos(pitch / 2), Math.sin(pitch / 2)];
  // A quaternion has an axis at 180° as well, where the matrix' skew part is 0.
  const axis = [sp * cy, cp * sy, sp * sy];
  const sine = Math.hypot(...axis);
  const angle = 2 * Math.atan2(sine, cp * cy);
  return {
    rotation: axis.map((part) => (sine === 0 ? 0 : degrees((part / sine) * angle))),
    translation: [Math.sin(yaw), -Math.sin(pitch) * Math.cos(yaw), Math.cos(pitch) * Math.cos(yaw) - 1],
  };
}
