import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../../generator/src/impostor/image.ts';
import { encodeFilm } from '../../../generator/src/platform/encode-film.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-film-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One colour each, of an odd width. */
const frames = [40, 120, 200].map((grey): RgbaImage => {
  const [width, height] = [33, 24];
  const data = new Uint8ClampedArray(4 * width * height).fill(grey);
  for (let k = 3; k < data.length; k += 4) data[k] = 255;
  return { width, height, data };
});

const installed = spawnSync('ffmpeg', ['-version']).status === 0;

describe('a film', () => {
  it('is none where there is no ffmpeg', async () => {
    expect(await encodeFilm(frames, 10, join(folder, 'no-ffmpeg'))).toBeNull();
  });

  it('that ffmpeg refuses is an error that says why', async () => {
    const program = join(folder, 'ffmpeg');
    writeFileSync(program, '#!/bin/sh\ncat > /dev/null\necho no such encoder >&2\nexit 3\n', { mode: 0o755 });
    await expect(encodeFilm(frames, 10, program)).rejects.toThrow(/exit code 3: no such encoder/);
  });

  it.skipIf(!installed)('holds all pictures in order (skipped where ffmpeg is not installed)', async () => {
    const path = join(folder, 'film.mp4');
    writeFileSync(path, (await encodeFilm(frames, 10))!);
    const { stdout } = spawnSync(
      'ffmpeg',
      ['-loglevel', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
      { maxBuffer: 1 << 20 },
    );
    const size = 32 * 24;
    expect(stdout.length).toBe(3 * size);
    const middles = [0, 1, 2].map((k) => stdout[k * size + size / 2 + 16]!);
    for (const [k, grey] of [40, 120, 200].entries()) expect(Math.abs(middles[k]! - grey)).toBeLessThan(6);
  });
});
