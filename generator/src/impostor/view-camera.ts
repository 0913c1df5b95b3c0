import { type Matrix3, subjectToCamera, type Vector3, type ViewAngles } from '@turnaround/plugin/asset';

/** Size and focal length that all views of a subject share. */
export interface Lens {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Half-widths of a picture; square pixels, optical axis through the picture's middle. */
  readonly focal: number;
}

/** Where a point is seen. */
export interface Projection {
  /** Pixels from the picture's left and upper edge: the first pixel's middle lies at ½, ½. */
  readonly column: number;
  readonly row: number;
  /** Distance along the optical axis; nothing is seen at 0 and behind. */
  readonly depth: number;
}

/**
 * One view's camera (`plugin/asset/camera.ts`). Points are in the subject's axes about the pivot, lengths in units of
 * the camera's distance from it.
 */
export interface ViewCamera extends Lens {
  /** Takes the subject's axes to the camera's: right, up, backward. */
  readonly rotation: Matrix3;
  project(x: number, y: number, z: number): Projection;
  /** The point at a place of the picture: `project` turned round. */
  unproject(column: number, row: number, depth: number): Vector3;
}

/** The camera that sees a subject from these angles. */
export function viewCamera({ yaw, pitch }: ViewAngles, { width, height, focal }: Lens): ViewCamera {
  const rotation = subjectToCamera(yaw, pitch);
  const [right, up, backward] = rotation;
  const pixels = (focal * width) / 2;
  return {
    width,
    height,
    focal,
    rotation,
    project(x, y, z) {
      const depth = 1 - (backward[0] * x + backward[1] * y + backward[2] * z);
      const scale = pixels / depth;
      return {
        column: width / 2 + scale * (right[0] * x + right[1] * y + right[2] * z),
        row: height / 2 - scale * (up[0] * x + up[1] * y + up[2] * z),
        depth,
      };
    },
    unproject(column, row, depth) {
      const a = ((column - width / 2) / pixels) * depth;
      const b = ((height / 2 - row) / pixels) * depth;
      const c = 1 - depth;
      return toSubject(rotation, a, b, c);
    },
  };
}

/** A direction of the camera's axes in the subject's. */
export function toSubject([right, up, backward]: Matrix3, a: number, b: number, c: number): Vector3 {
  return [
    a * right[0] + b * up[0] + c * backward[0],
    a * right[1] + b * up[1] + c * backward[1],
    a * right[2] + b * up[2] + c * backward[2],
  ];
}
