import { type Backdrop, overBackdrop, type RgbaImage } from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { turnFrames } from './turn-frames.ts';
import type { ReconstructionViews } from './views.ts';

/** Encodes pictures of one even size as a film. */
export type EncodeFilm = (
  frames: readonly RgbaImage[],
  framesPerSecond: number,
) => Promise<Uint8Array | null>;

export interface TurntableOptions {
  /** Pictures from one end of the turn to the other. */
  readonly frames: number;
  /** Pixels of a side. */
  readonly size: number;
  readonly framesPerSecond: number;
  /** Behind the film's pictures; the animation keeps its alpha. sRGB, 0..255. */
  readonly backdrop: Backdrop;
}

/** What of a turntable was written, by name. */
export interface Turntable {
  readonly files: readonly string[];
  /** Pictures of one round, there and back. */
  readonly frames: number;
}

/** Of WebP, 1..100: a film's pictures are seen for a twenty-fourth of a second. */
const QUALITY = 85;

/**
 * Writes a subject's turn from one end of its views to the other and back, without end: `turntable.webp` with alpha, and
 * `turntable.mp4` where the machine can encode films.
 * @throws PipelineError `export-views` where there is one view only
 */
export async function writeTurntable(
  { files, images, signal, progress }: Pick<Platform, 'files' | 'images' | 'signal' | 'progress'>,
  encodeFilm: EncodeFilm,
  out: string,
  views: ReconstructionViews,
  { frames: count, size, framesPerSecond, backdrop }: TurntableOptions,
): Promise<Turntable> {
  const ends = [views.views[0]!.yaw, views.views.at(-1)!.yaw] as const;
  if (!(ends[1] > ends[0]))
    throw new PipelineError(
      'export-views',
      `${views.subject}: expected views at different yaws to turn between, got ${views.views.length}`,
    );
  // As slow at the ends as a pendulum, so that turning back is no jerk.
  const share = (k: number): number => (1 - Math.cos((Math.PI * k) / (count - 1))) / 2;
  const yaws = Array.from({ length: count }, (_, k) => ends[0] + (ends[1] - ends[0]) * share(k));
  const there: RgbaImage[] = [];
  for (const frame of turnFrames(views, yaws, size)) {
    there.push(frame);
    progress({ stage: 'turntable', done: there.length, total: count });
    signal.throwIfAborted();
    // Each picture takes a tenth of a second of nothing but computing.
    await new Promise(setImmediate);
  }
  const round = [...there, ...there.slice(1, -1).reverse()];
  const animation = await images.encodeAnimation(round, { quality: QUALITY, framesPerSecond });
  await files.write(`${out}/turntable.webp`, animation);
  const film = await encodeFilm(
    round.map((frame) => overBackdrop(frame, backdrop)),
    framesPerSecond,
  );
  if (!film) return { files: ['turntable.webp'], frames: round.length };
  await files.write(`${out}/turntable.mp4`, film);
  return { files: ['turntable.webp', 'turntable.mp4'], frames: round.length };
}
