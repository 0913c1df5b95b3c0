/** A refiner that cannot be built or sampled as asked. */
export class RefinerError extends Error {
  override readonly name = 'RefinerError';
}
