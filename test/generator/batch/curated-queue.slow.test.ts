import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStorage } from '../../../generator/src/platform/storage.ts';
import { MODEL, turnaround } from '../cli/run.ts';
import { hasRedis, redisReason, startRedis, type TestRedis } from './redis.ts';
import { S3_CREDENTIALS, startS3 } from './s3-server.ts';
import { writeTinyModel } from './tiny-model.ts';

/** Curation and storage are the same with a queue as without one. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-curated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const common = ['--device', 'cpu', '--threads', '1', '--json'];

describe.skipIf(!hasRedis)(`curated characters${redisReason}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
    Object.assign(process.env, S3_CREDENTIALS);
  });
  afterAll(() => redis.remove());

  /** Runs the same command in process and by a worker that ends when there is nothing more to do. */
  async function both(args: readonly string[], into: (name: string) => string) {
    const alone = await turnaround([...args, '--out', into('alone'), ...common]);
    expect(alone.code, alone.stderr).toBe(0);
    const worker = turnaround(['worker', '--queue', redis.url, '--idle', '15', ...common]);
    const queued = await turnaround([...args, '--out', into('queued'), '--queue', redis.url, ...common]);
    expect(queued.code, queued.stderr).toBe(0);
    const worked = await worker;
    expect(worked.code, worked.stderr).toBe(0);
    return [alone, queued, worked].map(({ stdout }) => JSON.parse(stdout));
  }

  it('are rejected for the same reasons, and not made again', async () => {
    const model = writeTinyModel(join(folder, 'tiny'), {
      side: 64,
      calibrated: true,
      stiff: true,
      blank: true,
    });
    const args = [
      ...['generate', '--model', model, '--seeds', '0-19', '--views', '5', '--range=-20:20'],
      ...['--truncation', '1', '--reject'],
    ];
    const into = (name: string) => join(folder, name);
    const [alone, queued, worked] = await both(args, into);
    expect(alone.dropped.length).toBeGreaterThan(2);
    expect(alone.made).toBeGreaterThan(2);
    expect(queued).toEqual(alone);
    expect(worked).toMatchObject({ made: alone.made, rejected: alone.dropped.length, failed: 0 });
    const manifests = ['alone', 'queued'].map((name) =>
      JSON.parse(readFileSync(join(into(name), 'manifest.json'), 'utf8')),
    );
    expect(manifests[1]).toEqual(manifests[0]);
    expect(manifests[0].dropped).toEqual(alone.dropped);
    // No worker is there to make anything.
    const again = await turnaround([...args, '--out', into('queued'), '--queue', redis.url, ...common]);
    expect(JSON.parse(again.stdout)).toMatchObject({ made: 0, kept: alone.made, dropped: alone.dropped });
  });

  it('of the shipped model leave out who looks like another, told by the stand-in', async () => {
    // A low ψ draws everybody near the average.
    const args = ['generate', '--model', MODEL, '--seeds', '0-7', '--views', '1', '--range=0:0'];
    const [alone, queued] = await both([...args, '--truncation', '0.05', '--diverse'], (name) =>
      join(folder, `alike-${name}`),
    );
    expect(alone.dropped.length).toBeGreaterThan(3);
    for (const { because, of, likeness } of alone.dropped)
      expect({ because, known: of < 8, alike: likeness >= 0.9 }).toEqual({
        ...{ because: 'duplicate', known: true, alike: true },
      });
    expect(queued).toEqual(alone);
  });

  it('go to S3-compatible storage from workers', async () => {
    const server = await startS3();
    try {
      const model = writeTinyModel(join(folder, 'plain'));
      const args = [
        'generate',
        '--model',
        model,
        '--seeds',
        '0-5',
        '--views',
        '3',
        '--s3-endpoint',
        server.endpoint,
      ];
      const [alone, queued] = await both(args, (name) => `s3://npcs/${name}`);
      expect(queued).toEqual(alone);
      expect(queued.made).toBe(6);
      const files = createStorage(server.endpoint);
      expect(await files.list('s3://npcs/queued')).toEqual(await files.list('s3://npcs/alone'));
      for (let seed = 0; seed < 6; seed++)
        expect(await files.read(`s3://npcs/queued/${seed}.glb`)).toEqual(
          await files.read(`s3://npcs/alone/${seed}.glb`),
        );
    } finally {
      await server.stop();
    }
  });
});
