import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishCharacter, readPublished } from '../../../generator/src/pipeline/characters/publish.ts';
import type { Files } from '../../../generator/src/pipeline/files.ts';
import { generateCharacters } from '../../../generator/src/pipeline/generate.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { placeOf } from '../../../generator/src/platform/s3-files.ts';
import { createStorage } from '../../../generator/src/platform/storage.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import { S3_CREDENTIALS, startS3 } from './s3-server.ts';
import { writeTinyModel } from './tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-s3-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: Awaited<ReturnType<typeof startS3>>;
let files: Files;
beforeAll(async () => {
  Object.assign(process.env, S3_CREDENTIALS);
  server = await startS3();
  files = createStorage(server.endpoint);
});
afterAll(() => server.stop());

describe('addresses', () => {
  it('are a bucket and a key, with single slashes', () => {
    expect(placeOf('s3://npcs')).toEqual({ Bucket: 'npcs', Key: '' });
    expect(placeOf('s3://npcs//a//b.glb')).toEqual({ Bucket: 'npcs', Key: 'a/b.glb' });
    expect(placeOf('s3://npcs/a/')).toEqual({ Bucket: 'npcs', Key: 'a' });
    const part = fc.stringMatching(/^[a-z0-9._-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        expect(placeOf(`s3://some.bucket/${parts.join('/')}`).Key).toBe(parts.join('/'));
      }),
    );
    for (const wrong of ['s3://', 's3:///key', 's3://UPPER/key', 's3://a', '/s3://npcs'])
      expect(() => placeOf(wrong)).toThrow(/expected s3:\/\/bucket\/prefix/);
  });
});

describe('S3-compatible storage', () => {
  it('is written, read, listed and removed as a folder is', async () => {
    const at = 's3://npcs/folder';
    await files.write(`${at}/b.txt`, 'second');
    await files.write(`${at}/a.txt`, 'first');
    await files.write(`${at}/below/c.txt`, 'third');
    await files.write('s3://npcs/folder-not/d.txt', 'elsewhere');
    expect(await files.list(at)).toEqual(['a.txt', 'b.txt', 'below']);
    expect(await files.list('s3://npcs/nowhere')).toEqual([]);
    expect(new TextDecoder().decode(await files.read(`${at}/a.txt`))).toBe('first');
    expect(await files.exists(`${at}/b.txt`)).toBe(true);
    await files.remove(at);
    expect(await files.exists(`${at}/b.txt`)).toBe(false);
    expect(await files.exists(`${at}/below/c.txt`)).toBe(false);
    expect(await files.exists('s3://npcs/folder-not/d.txt')).toBe(true);
    await files.remove(`${at}/never-there`);
  });

  it('takes what is larger than a part', async () => {
    const bytes = new Uint8Array(randomBytes(20 * 2 ** 20));
    await files.write('s3://npcs/large', bytes);
    expect(files.sha256(await files.read('s3://npcs/large'))).toBe(files.sha256(bytes));
  });

  it('creates nothing over what stands there', async () => {
    expect(await files.create('s3://npcs/once', new Uint8Array([1]))).toBe(true);
    expect(await files.create('s3://npcs/once', new Uint8Array([2]))).toBe(false);
    expect(await files.read('s3://npcs/once')).toEqual(new Uint8Array([1]));
  });

  it('shows no upload that was cut off, and clears it', async () => {
    const client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'npcs', Key: 'cut/1.glb' }));
    expect(await files.exists('s3://npcs/cut/1.glb')).toBe(false);
    expect(await files.list('s3://npcs/cut')).toEqual([]);
    await files.clearPartials('s3://npcs/cut', ['1.glb']);
  });

  it('names what it could not reach', async () => {
    const elsewhere = createStorage('http://127.0.0.1:1');
    await expect(elsewhere.read('s3://npcs/a')).rejects.toThrow(/ECONNREFUSED/);
    await expect(files.write('s3://no-such-bucket/a', 'x')).rejects.toThrow(/bucket does not exist/i);
  });
});

describe('generate into a bucket', () => {
  it('makes the bytes that a folder gets, once, and goes on where it stopped', async () => {
    const model = writeTinyModel(join(folder, 'tiny'));
    const platform = {
      ...{ files, images: createImageCodec(), runtime: createRuntime({ threads: 1 }) },
      openTraining: () => createWorkerTrainingRuntime(),
      signal: new AbortController().signal,
      ...{ progress: () => {}, warn: () => {} },
    };
    const run = (out: string, seeds: readonly number[]) =>
      generateCharacters(platform, {
        ...{ model, out, seeds, views: 3, truncation: 1, matte: null, range: null, format: 'webp' },
        ...{ triangles: 500, geometry: 'plain', keepViews: false, refine: null, polish: 0 },
      });
    const out = 's3://npcs/made';
    expect(await run(out, [0, 1])).toMatchObject({ made: 2, kept: 0 });
    expect(await run(out, [0, 1, 2])).toMatchObject({ made: 1, kept: 2 });
    await run(join(folder, 'out'), [0]);
    expect(await files.read(`${out}/0.glb`)).toEqual(
      new Uint8Array(readFileSync(join(folder, 'out', '0.glb'))),
    );
    expect(await files.list(out)).toEqual(['0.glb', '1.glb', '2.glb', 'contact-sheet.png', 'manifest.json']);
    // One file a key, whoever comes second.
    const first = (await readPublished(files, `${out}/0.glb`))!;
    const again = await publishCharacter(files, `${out}/0.glb`, { ...first, bytes: new Uint8Array(10) });
    expect(again).toMatchObject({ published: false });
    expect(await files.read(`${out}/0.glb`)).toEqual(first.bytes);
  });
});
