import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EvaluatePlatform } from '../../../generator/src/pipeline/evaluate/readers.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { runTask } from '../../../generator/src/service/jobs/run-task.ts';
import { refusedFile, refusedNames } from '../checkpoint/files.ts';
import { serveForTest, type TestService } from './harness.ts';

/** Files and names that mean harm, sent to a service that really imports. */

const platform: EvaluatePlatform = {
  files: createFiles(),
  images: createImageCodec(),
  runtime: createRuntime({ device: 'cpu', threads: 1 }),
  openTraining() {
    throw new Error('nothing is trained here');
  },
  openStandIns() {
    throw new Error('nothing is measured here');
  },
  signal: new AbortController().signal,
  progress() {},
  warn() {},
};
const importing = () => serveForTest((task) => runTask(platform, task));

/** 64 MB of zeros, deflated. */
const BODY = deflateRawSync(Buffer.alloc(64 << 20));

/** A zip whose one entry grows a thousandfold. @param claimed its size as its headers say it */
function zipBomb(claimed: number): Buffer {
  const name = Buffer.from('archive/data.pkl');
  // Both headers have these fields in one order, from the version that reading needs on.
  const header = (length: number, signature: number, version: number): Buffer => {
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32LE(signature, 0);
    bytes.writeUInt16LE(20, version);
    bytes.writeUInt16LE(8, version + 4);
    bytes.writeUInt32LE(BODY.length, version + 14);
    bytes.writeUInt32LE(claimed, version + 18);
    bytes.writeUInt16LE(name.length, version + 22);
    return bytes;
  };
  const entry = header(30, 0x04034b50, 4);
  const directory = header(46, 0x02014b50, 6);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length + name.length, 12);
  end.writeUInt32LE(entry.length + name.length + BODY.length, 16);
  return Buffer.concat([entry, name, BODY, directory, name, end]);
}

/** A GLB that says it is longer than any file. */
function endlessGlb(): Buffer {
  const glb = Buffer.alloc(28);
  glb.write('glTF', 0, 'latin1');
  glb.writeUInt32LE(2, 4);
  glb.writeUInt32LE(0xffffffff, 8);
  glb.writeUInt32LE(0xfffffff0, 12);
  glb.write('JSON', 16, 'latin1');
  return glb;
}

async function sent(service: TestService, name: string, body: Uint8Array) {
  const { status, json } = await service.call(`/v1/models?name=${name}`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(status).toBe(201);
  await service.idle();
  return { id: json.id as string, job: (await service.call(`/v1/jobs/${json.id}`)).json };
}

describe('a hostile upload', () => {
  it('fails as a job that says why, runs nothing and leaves nothing', async () => {
    const service = await importing();
    const { data, models } = service.settings;
    const files = refusedNames().map((name) => [name, refusedFile(name)] as const);
    expect(files.length).toBeGreaterThan(30);
    const whole = refusedFile('os-system.pt');
    const all = [
      ...files,
      ['bomb', zipBomb(64 << 20)],
      ['bomb-that-lies', zipBomb(100)],
      ['endless', endlessGlb()],
      ['half', whole.subarray(0, whole.length >> 1)],
      ['noise', Uint8Array.from({ length: 4096 }, (_, k) => (k * k * 31 + k) & 255)],
    ] as const;
    const before = process.memoryUsage().rss;
    for (const [k, [what, bytes]] of all.entries()) {
      const { id, job } = await sent(service, `bad${k}`, bytes);
      expect(job, what).toMatchObject({
        state: 'failed',
        error: { code: expect.stringMatching(/^[a-z0-9-]+$/) },
      });
      expect(job.error.code, `${what}: ${job.error.message}`).not.toBe('internal');
      expect(job.error.message, what).not.toMatch(/ at .*\.ts|node:internal/);
      expect(job.error.message, what).not.toContain(data);
      expect(readdirSync(join(data, 'jobs', id)), what).toEqual(['job.json']);
      expect(existsSync(join(models, `bad${k}`)), what).toBe(false);
    }
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(300);
    expect((await service.call('/healthz')).status).toBe(200);
  }, 120_000);

  it('that is a zip bomb is refused before it grows', async () => {
    const bomb = zipBomb(64 << 20);
    expect(bomb.length).toBeLessThan(100_000);
    const { job } = await sent(await importing(), 'bomb', bomb);
    expect(job.error).toMatchObject({ code: 'zip', message: expect.stringContaining('is deflated') });
  });
});

describe('addresses in the place of names', () => {
  it('are refused, and nobody is called', async () => {
    let calls = 0;
    const listener = createServer((socket) => {
      calls++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    const service = await serveForTest();
    try {
      for (const url of [
        `http://127.0.0.1:${port}/`,
        `//127.0.0.1:${port}/x`,
        `http://[::1]:${port}/`,
        'http://169.254.169.254/latest/meta-data',
        `ftp://127.0.0.1:${port}`,
        'file:///etc/passwd',
        'data:text/plain,x',
        `\\\\127.0.0.1@${port}\\share`,
      ]) {
        for (const body of [
          { kind: 'generate', model: url, seeds: [1] },
          { kind: 'train', model: url },
          { kind: 'evaluate', model: url },
          { kind: 'evaluate', model: 'one', against: [url] },
          { kind: 'build', images: url },
          { kind: 'build', images: 'teapot', from: url },
        ])
          expect((await service.call('/v1/jobs', { json: body })).status, JSON.stringify(body)).toBe(422);
        expect((await service.call('/v1/previews', { json: { model: url, seed: 1 } })).status, url).toBe(422);
        const name = encodeURIComponent(url);
        expect((await service.call(`/v1/models/${name}`)).status, url).toBeGreaterThanOrEqual(400);
        const headers = { 'content-type': 'application/octet-stream' };
        const upload = await service.call(`/v1/models?name=${name}`, { method: 'POST', body: 'x', headers });
        expect(upload.status).toBe(422);
      }
      expect(calls).toBe(0);
    } finally {
      listener.close();
    }
  });
});
