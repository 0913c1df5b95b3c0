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

  it('never shows half a file under its name, however far a writer that is killed has come', async () => {
    const size = 16 * 1024 * 1024;
    const path = join(folder, 'out', 'big.bin');
    await files.write(path, new Uint8Array(size).fill(251));
    for (const share of [0, 0.25, 0.75, 1]) {
      // Between the look at the file and the kill the write may end: such a kill shows nothing, and is made again.
      for (let midway = false; !midway; ) {
        const writer = await startWriter(path, size);
        try {
          await untilWritten(join(folder, 'out'), share * size);
        } finally {
          writer.kill('SIGKILL');
          await writer.ended;
        }
        const bytes = await files.read(path);
        expect(bytes.length).toBe(size);
        expect(Buffer.alloc(size, bytes[0]).equals(bytes)).toBe(true);
        expect(await files.list(join(folder, 'out'))).toEqual(['big.bin']);
        for (const name of await partials(join(folder, 'out'))) {
          midway = true;
          await rm(join(folder, 'out', name));
        }
      }
    }
  });
});

/** A process that writes a file again and again, each time full of another number, from 1 to 250. */
async function startWriter(path: string, size: number) {
  const source = join(ROOT, 'generator', 'src', 'platform', 'files.ts');
  const { code } = await transformWithOxc(await readFile(source, 'utf8'), source);
  const script = join(folder, 'writer.mjs');
  await writeFile(
    script,
    `${code}
    const files = createFiles();
    process.stdout.write('ready');
    for (let k = 1; ; k = (k % 250) + 1) await files.write(process.argv[2], new Uint8Array(${size}).fill(k));`,
  );
  const writer = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  return { kill: (signal: NodeJS.Signals) => writer.kill(signal), ended };
}

/** Names of unfinished writes. */
const partials = async (path: string) =>
  (await readdir(path)).filter((name) => name.startsWith('.big.bin.') && name.endsWith('.partial'));

/** Waits for an unfinished write of at least this many bytes, for at most ten seconds. */
async function untilWritten(path: string, bytes: number): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 10_000; ) {
    const [name] = await partials(path);
    const found = name ? await stat(join(path, name)).catch(() => null) : null;
    if (found && found.size >= bytes) return;
  }
  throw new Error(`expected an unfinished write of ${bytes} bytes in ${path}, got none in 10 s`);
}
