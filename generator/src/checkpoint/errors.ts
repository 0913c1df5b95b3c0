/** Why a checkpoint was refused. */
export type CheckpointErrorCode =
  /** Neither an NVIDIA pickle nor a rosinality file. */
  | 'format'
  /** The file ends before its contents do. */
  | 'truncated'
  /** A zip archive that contradicts itself, or holds compressed entries. */
  | 'zip'
  /** A malformed pickle. */
  | 'pickle'
  /** A pickle that names something a checkpoint does not need. */
  | 'global'
  /** A tensor or storage that contradicts itself. */
  | 'tensor'
  /** A weight of the wrong shape. */
  | 'shape'
  /** A weight that is not there. */
  | 'missing'
  /** A GAN that takes labels. */
  | 'conditional'
  /** A network other than StyleGAN2 with skip connections. */
  | 'architecture'
  /** A resampling filter other than [1,3,3,1]. */
  | 'filter'
  /** A network pickled by the TensorFlow code. */
  | 'tensorflow'
  | 'stylegan3'
  /** More work or memory than a real checkpoint of that size can need. */
  | 'budget';

/** A file that is not a StyleGAN2 that this program can read. The message names what was found. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code: CheckpointErrorCode;

  constructor(code: CheckpointErrorCode, message: string) {
    super(`checkpoint: ${message}`);
    this.code = code;
  }
}

/** A string out of a file, made safe to print: quoted, escaped and cut to a line's length. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

/** A shape as messages show it; letters stand for sizes that are free. */
export function describeShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(',')}]`;
}

/** A few names for a message: quoted, and cut where there are many. */
export function listNames(names: Iterable<unknown>): string {
  const shown: string[] = [];
  let count = 0;
  for (const name of names)
    if (++count <= 8) shown.push(typeof name === 'string' ? quote(name) : typeof name);
  if (count === 0) return 'none';
  return count > 8 ? `${shown.join(', ')} and ${count - 8} more` : shown.join(', ');
}
