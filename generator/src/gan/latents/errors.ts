/** Latents that do not fit together: a wrong length, an empty set, layers that are not there. */
export class LatentError extends Error {
  readonly code = 'latent';
  override readonly name = 'LatentError';
}
