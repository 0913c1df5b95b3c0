import { DepthError } from './errors.ts';

/** One view's depth. Distances along the optical axis in units of the camera's distance: the pivot is at 1, heads span about 0.9–1.1. */
export interface DepthMap {
  readonly width: number;
  readonly height: number;
  /** f32 [H,W], rows from the top; `BACKGROUND` where there is no subject. */
  readonly data: Float32Array;
}

/** Depth of a pixel that shows no subject. */
export const BACKGROUND: number = Number.POSITIVE_INFINITY;

/** Whether a number can be a subject's distance: positive and finite. */
export function isDepth(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

/** Refuses arrays that are not of the size that they claim. */
export function checkSize(name: string, width: number, height: number, length: number): void {
  if (!(width > 0) || !(height > 0) || length !== width * height)
    throw new DepthError('size', `expected ${name} [${height},${width}], got ${length} elements`);
}
