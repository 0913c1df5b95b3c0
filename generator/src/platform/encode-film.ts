import { spawn } from 'node:child_process';
import type { RgbaImage } from '../impostor/index.ts';

/** A film that ffmpeg refused; `code` says so. */
export class FilmError extends Error {
  override readonly name = 'FilmError';
  readonly code = 'film';
}

/**
 * Encodes opaque pictures of one size as MP4 (H.264, 4:2:0, which every browser and engine plays) with the machine's
 * `ffmpeg`. An odd side loses its last row or column, as 4:2:0 has no halves.
 * @param ffmpeg name or path of the program
 * @returns null where there is no ffmpeg
 * @throws FilmError with what ffmpeg said
 */
export async function encodeFilm(
  frames: readonly RgbaImage[],
  framesPerSecond: number,
  ffmpeg = 'ffmpeg',
): Promise<Uint8Array | null> {
  const { width, height } = frames[0]!;
  const child = spawn(
    ffmpeg,
    [
      ...[
        '-hide_banner',
        '-loglevel',
        'error',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'rgba',
        '-s',
        `${width}x${height}`,
      ],
      ...['-r', String(framesPerSecond), '-i', 'pipe:0', '-vf', 'crop=trunc(iw/2)*2:trunc(ih/2)*2'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '16', '-preset', 'slow'],
      // A pipe cannot be rewound, so the table of contents goes before each part.
      ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'],
    ],
    { stdio: 'pipe' },
  );
  const [film, said]: [Uint8Array[], Uint8Array[]] = [[], []];
  child.stdout.on('data', (part: Uint8Array) => film.push(part));
  child.stderr.on('data', (part: Uint8Array) => said.push(part));
  // Writing to a program that has ended is that program's error, which its exit tells.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(null) : reject(error),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
  for (const { data } of frames) child.stdin.write(data);
  child.stdin.end();
  const code = await ended;
  if (code === null) return null;
  if (code !== 0)
    throw new FilmError(
      `ffmpeg: expected a film, got exit code ${code}: ${Buffer.concat(said).toString().trim()}`,
    );
  return new Uint8Array(Buffer.concat(film));
}
