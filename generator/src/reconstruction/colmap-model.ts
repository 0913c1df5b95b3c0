import { type Matrix3, subjectToCamera, type ViewAngles } from '@turnaround/plugin/asset';
import type { Lens } from '../impostor/index.ts';
import { quaternionOf } from './quaternion.ts';

/** A view as COLMAP knows it. */
export interface NamedView extends ViewAngles {
  /** Of its file in the images' folder. */
  readonly name: string;
}

/** A sparse model with known cameras and no points, as the text of its three files. */
export interface ColmapModel {
  readonly cameras: string;
  readonly images: string;
  readonly points3D: string;
}

/** fx, fy, cx, cy in pixels of COLMAP's PINHOLE, whose (0, 0) is the picture's corner. */
export function pinholeParameters({ width, height, focal }: Lens): readonly [number, number, number, number] {
  const pixels = (focal * width) / 2;
  return [pixels, pixels, width / 2, height / 2];
}

/**
 * Rotation from the world to a view's camera as COLMAP has it: x right, y down, z forward. The world is the subject's
 * axes about the pivot, in units of the camera's distance; the translation is (0, 0, 1) for all views.
 */
export function colmapRotation({ yaw, pitch }: ViewAngles): Matrix3 {
  const [right, [ux, uy, uz], [bx, by, bz]] = subjectToCamera(yaw, pitch);
  return [right, [-ux, -uy, -uz], [-bx, -by, -bz]];
}

/** Full precision, without the −0 that turning axes round leaves. */
const number = (value: number): string => String(value + 0);

/**
 * COLMAP's text model (https://colmap.github.io/format.html): one PINHOLE camera, and an image a view, numbered from 1
 * in the order given, without observations.
 */
export function colmapModel(views: readonly NamedView[], lens: Lens): ColmapModel {
  const parameters = pinholeParameters(lens).map(number).join(' ');
  const images = views.map((view, k) => {
    const rotation = quaternionOf(colmapRotation(view)).map(number).join(' ');
    // The second line lists observations: there are none.
    return `${k + 1} ${rotation} 0 0 1 1 ${view.name}\n\n`;
  });
  return {
    cameras: `# CAMERA_ID MODEL WIDTH HEIGHT FX FY CX CY\n1 PINHOLE ${lens.width} ${lens.height} ${parameters}\n`,
    images: `# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, then a line of observations\n${images.join('')}`,
    points3D: '# POINT3D_ID X Y Z R G B ERROR TRACK\n',
  };
}
