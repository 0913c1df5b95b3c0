/** A layer mask that no camera has a bit of: rays and lights find the mesh, and nothing draws it. */
export const NO_CAMERA = 0;
