import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { transformWithOxc } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { ROOT } from '../../shared.ts';

const files = createFiles();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('files', () => {
  it('reads back what it wrote, and makes folders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const path = `${folder}/a/b/c.bin`;
        await files.write(path, bytes);
        expect(await files.read(path)).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
    await files.write(`${folder}/text`, 'größer');
    expect(new TextDecoder().decode(await files.read(`${folder}/text`))).toBe('größer');
  });

  it('lists names in order without unfinished writes, and nothing for no folder', async () => {
    await files.write(`${folder}/b`, '');
    await files.write(`${folder}/a`, '');
    await writeFile(join(folder, '.c.0123456789ab.partial'), 'half');
    expect(await files.list(folder)).toEqual(['a', 'b']);
    expect(await files.list(`${folder}/none`)).toEqual([]);
  });

  it('knows what exists', async () => {
    await files.write(`${folder}/a`, '');
    expect(await files.exists(`${folder}/a`)).toBe(true);
    expect(await files.exists(`${folder}/b`)).toBe(false);
    expect(await files.exists(`${folder}/a/b`)).toBe(false);
    await files.remove(`${folder}/a`);
    expect(await files.exists(`${folder}/a`)).toBe(false);
    await files.remove(`${folder}/a`);
  });

  it('leaves the old file and no other where a write fails', async () => {
    await files.write(`${folder}/taken/inside`, 'old');
    await expect(files.write(`${folder}/taken`, 'new')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readFile(join(folder, 'taken', 'inside'), 'utf8')).toBe('old');
  });

  it('hashes', () => {
    expect(files.sha256(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('never shows half a file under its name, however the writer is killed', async () => {
    const source = join(ROOT, 'generator', 'src', 'platform', 'files.ts');
    const { code } = await transformWithOxc(await readFile(source, 'utf8'), source);
    const size = 24 * 1024 * 1024;
    await writeFile(
      join(folder, 'writer.mjs'),
      `${code}
      const files = createFiles();
      process.stdout.write('ready');
      for (let k = 1; ; k = (k % 250) + 1) await files.write(process.argv[2], new Uint8Array(${size}).fill(k));`,
    );
    const path = join(folder, 'out', 'big.bin');
    let killedMidway = 0;
    for (const delay of [5, 15, 30, 45, 60]) {
      const writer = spawn(process.execPath, [join(folder, 'writer.mjs'), path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      const ended = new Promise((resolve) => writer.once('exit', resolve));
      writer.kill('SIGKILL');
      await ended;
      const names = await readdir(join(folder, 'out')).catch(() => []);
      if (names.some((name) => name.endsWith('.partial'))) killedMidway++;
      if (!(await files.exists(path))) continue;
      const bytes = await files.read(path);
      expect(bytes.length).toBe(size);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
    }
    expect(killedMidway).toBeGreaterThan(0);
    for (const name of await files.list(join(folder, 'out'))) expect(name).toBe('big.bin');
    expect((await stat(join(folder, 'out'))).isDirectory()).toBe(true);
  });
});
