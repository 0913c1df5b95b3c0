import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateBytes } from 'gltf-validator';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../../shared.ts';
import { openEvents, until } from '../service/harness.ts';
import { type CommandResult, turnaround } from './run.ts';

/** The real command: one real character, a hostile checkpoint, SIGTERM in the middle, and how it refuses to start. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-serve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, 'data');

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/** Starts `turnaround serve` and waits until it listens. */
async function serve(...more: string[]): Promise<Served> {
  let child: ChildProcess | null = null;
  let url = '';
  const args = ['serve', '--data', data, '--port', '0', '--device', 'cpu', '--threads', '1', ...more];
  const ended = turnaround(args, undefined, (started) => {
    child = started;
    started.stdout?.on('data', (chunk) => {
      url ||= /listening on (\S+?);/.exec(String(chunk))?.[1] ?? '';
    });
  });
  await until(() => url !== '', 120_000);
  return { url, child: child!, ended };
}

const post = async (url: string, body: unknown) => {
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, job: (await response.json()) as { id: string } };
};

const jobOf = async (url: string, id: string) =>
  (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as {
    state: string;
    error: { code: string; message: string } | null;
    assets: { id: string }[];
  };

const request = { kind: 'generate', model: 'portraits-128', seeds: [1], views: 3, triangles: 500 };

it('refuses to start where others could reach it without a token, and wrong usage', async () => {
  const open = await turnaround(['serve', '--host', '0.0.0.0', '--data', data, '--device', 'cpu']);
  expect([open.code, open.stderr]).toEqual([1, expect.stringContaining('expected a token')]);
  expect(open.stderr).not.toMatch(/\n\s+at /);
  const usage = await turnaround(['serve', '--port', '70000']);
  expect(usage.code).toBe(2);
  const help = await turnaround(['serve', '--help']);
  expect(help.stdout).toContain('TURNAROUND_TOKEN');
});

it('goes on after SIGTERM where it was, makes a character, and answers while it does', async () => {
  const first = await serve('--models', join(ROOT, 'models'));
  const { status, job } = await post(first.url, request);
  expect(status).toBe(201);
  const watching = await openEvents(`${first.url}/v1/jobs/${job.id}/events`);
  await until(async () => (await jobOf(first.url, job.id)).state === 'running', 60_000);
  // The work has a thread of its own.
  const began = performance.now();
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  expect(performance.now() - began).toBeLessThan(2000);
  first.child.kill('SIGTERM');
  const ended = await first.ended;
  expect([ended.code, ended.signal], ended.stderr).toEqual([0, null]);
  await watching.ended;
  expect(watching.events.at(-1)!.data.state).toBe('queued');
  const record = JSON.parse(readFileSync(join(data, 'jobs', job.id, 'job.json'), 'utf8'));
  expect(record).toMatchObject({ state: 'queued', attempts: 0 });

  const second = await serve('--models', join(ROOT, 'models'));
  const events = await openEvents(`${second.url}/v1/jobs/${job.id}/events`);
  await events.ended;
  const done = await jobOf(second.url, job.id);
  expect(done, JSON.stringify(done.error)).toMatchObject({ state: 'done' });
  expect(events.events.some(({ event }) => event === 'progress')).toBe(true);
  const asset = await fetch(`${second.url}/v1/assets/${done.assets[0]!.id}.glb`);
  const report = await validateBytes(new Uint8Array(await asset.arrayBuffer()));
  expect(report.issues.numErrors).toBe(0);
  expect(await post(second.url, request)).toMatchObject({ status: 200, job: { id: job.id } });
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});

it('ends an upload that is no checkpoint in a failed job that says why', async () => {
  const models = join(folder, 'models');
  const { url, child, ended } = await serve('--models', models);
  // A pickle that calls os.system, a zip that says it holds more than it does, noise, and an empty zip.
  const hostile: Record<string, Uint8Array> = {
    pickle: Buffer.from('\x80\x02cposix\nsystem\nq\x00X\x05\x00\x00\x00touchq\x01\x85q\x02Rq\x03.', 'latin1'),
    zip: Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 0xff)]),
    noise: Buffer.alloc(100_000, 'noise'),
    empty: Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1'),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    const response = await fetch(`${url}/v1/models?name=${name}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    await until(async () => ['done', 'failed'].includes((await jobOf(url, id)).state), 60_000);
    const { state, error } = await jobOf(url, id);
    expect(state).toBe('failed');
    expect(error!.message, name).toMatch(/^checkpoint: /);
    expect(error!.message).not.toContain(folder);
  }
  expect(readdirSync(models)).toEqual([]);
  // What stands in the way of the folder of jobs is said, with exit code 1.
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  writeFileSync(join(folder, 'file'), '');
  expect(
    (await turnaround(['serve', '--data', join(folder, 'file'), '--device', 'cpu', '--port', '0'])).code,
  ).toBe(1);
});
