/** Points in the subject's axes about the pivot, in units of the camera's distance from it. */
export interface PointCloud {
  readonly count: number;
  /** f32 [n,3] */
  readonly positions: Float32Array;
  /** f32 [n,3], unit length, out of the surface. */
  readonly normals: Float32Array;
  /** [n,3], sRGB. */
  readonly colours: Uint8Array;
}
