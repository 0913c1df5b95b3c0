import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../generator/src/pipeline/platform.ts';
import { generate, HeldRunner, makeNothing, serveForTest, until } from './harness.ts';

const DAY = 86_400_000;
const missing = '00000000-0000-4000-8000-000000000000';

describe('jobs', () => {
  it('run one after another, in the order in which they were asked for', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const ids: string[] = [];
    for (const seed of [5, 6]) ids.push((await service.call('/v1/jobs', { json: generate([seed]) })).json.id);
    const first = await held.job(0);
    expect(first.task.request).toMatchObject({ kind: 'generate', seeds: [5], views: 13, truncation: 0.8 });
    expect(first.task.folders.model).toBe(join(service.settings.models, 'one'));
    const states = async () => {
      const { json } = await service.call('/v1/jobs');
      return json.jobs.map(({ id, state }: { id: string; state: string }) => [ids.indexOf(id), state]);
    };
    expect(await states()).toEqual([
      [1, 'queued'],
      [0, 'running'],
    ]);
    first.hooks.progress({ stage: 'characters', done: 1, total: 2, text: 'x.glb' });
    expect((await service.call(`/v1/jobs/${ids[0]}`)).json.progress).toMatchObject({ done: 1, total: 2 });
    first.end();
    (await held.job(1)).end();
    await service.idle();
    expect(await states()).toEqual([
      [1, 'done'],
      [0, 'done'],
    ]);
    const done = (await service.call(`/v1/jobs/${ids[0]}`)).json;
    expect(done).toMatchObject({ state: 'done', attempts: 1, error: null });
    expect(done.bytes).toBeGreaterThan(0);
    expect(Date.parse(done.finished)).toBeGreaterThanOrEqual(Date.parse(done.started));
    const metrics = (await service.call('/metrics')).text;
    expect(metrics).toContain('turnaround_jobs{state="done"} 2');
    expect(metrics).toMatch(
      /turnaround_http_requests_total\{method="GET",route="\/v1\/jobs\/\{id\}",status="200"\} 2/,
    );
    expect(metrics).not.toContain(ids[0]!);
  });

  it('map names to folders', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const { models, images } = service.settings;
    await service.call('/v1/jobs', { json: { kind: 'build', images: 'teapot', from: 'one' } });
    await service.call('/v1/jobs', { json: { kind: 'evaluate', model: 'one', against: ['two'] } });
    const built = await held.job(0);
    expect(built.task.folders).toMatchObject({
      images: join(images, 'teapot'),
      from: join(models, 'one'),
      model: null,
    });
    built.end();
    const evaluated = await held.job(1);
    expect(evaluated.task.folders).toMatchObject({
      model: join(models, 'one'),
      against: [join(models, 'two')],
    });
    evaluated.end();
  });

  it('are the same where they are asked for twice', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const ask = (json: unknown) => service.call('/v1/jobs', { json });
    const first = await ask(generate([1]));
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/v1/jobs/${first.json.id}`);
    // Defaults written out, entries in another order.
    const again = await ask({
      ...{ views: 13, seeds: [1], polish: 0, noise: 'constant', model: 'one', kind: 'generate' },
    });
    expect([again.status, again.json.id]).toEqual([200, first.json.id]);
    const together = await Promise.all(Array.from({ length: 8 }, () => ask(generate([2]))));
    expect(together.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(new Set(together.map(({ json }) => json.id)).size).toBe(1);
    (await held.job(0)).end();
    (await held.job(1)).end();
    await service.idle();
    expect((await ask(generate([1]))).status).toBe(200);
    for (const other of [generate([1], { views: 3 }), generate([1, 2])])
      expect((await ask(other)).status, JSON.stringify(other)).toBe(201);
    writeFileSync(join(service.settings.models, 'one/model.json'), '{}');
    expect((await ask(generate([1]))).status).toBe(201);
  });

  it('say why they failed, without a stack or where things lie, and can be asked for again', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const fail = async (n: number, error: Error) => {
      const { json } = await service.call('/v1/jobs', { json: generate([9]) });
      (await held.job(n)).end(error);
      await service.idle();
      return (await service.call(`/v1/jobs/${json.id}`)).json;
    };
    const lost = `${service.settings.models}/one/depth.onnx: expected SHA-256 a, got b`;
    const known = await fail(0, new PipelineError('model-hash', lost));
    expect(known).toMatchObject({
      state: 'failed',
      error: { code: 'model-hash', message: 'models/one/depth.onnx: expected SHA-256 a, got b' },
    });
    expect(service.logged).toEqual([]);
    const defect = await fail(1, new TypeError('x is undefined'));
    expect(defect.id).not.toBe(known.id);
    expect(defect.error).toEqual({ code: 'internal', message: 'x is undefined' });
    expect(service.logged.join()).toContain('jobs.test.ts');
  });

  it('stop when they are deleted, and leave nothing', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const [running, waiting] = [
      (await service.call('/v1/jobs', { json: generate([1]) })).json,
      (await service.call('/v1/jobs', { json: generate([2]) })).json,
    ];
    await held.job(0);
    const remove = (id: string) => service.call(`/v1/jobs/${id}`, { method: 'DELETE' });
    expect((await remove(waiting.id)).status).toBe(204);
    expect((await remove(running.id)).status).toBe(204);
    expect(held.stopped.map(({ request }) => 'seeds' in request && request.seeds)).toEqual([[1]]);
    await service.idle();
    expect(held.begun).toHaveLength(1);
    expect(readdirSync(join(service.settings.data, 'jobs'))).toEqual([]);
    expect((await remove(running.id)).status).toBe(404);
    expect((await remove(missing)).status).toBe(404);
    expect((await service.call('/v1/jobs', { json: generate([1]) })).status).toBe(201);
    (await held.job(1)).end();
    await service.idle();
    const done = (await service.call('/v1/jobs')).json.jobs[0];
    const asset = done.assets[0].id;
    expect((await service.call(`/v1/assets/${asset}.glb`)).status).toBe(200);
    expect((await remove(done.id)).status).toBe(204);
    expect((await service.call(`/v1/assets/${asset}.glb`)).status).toBe(404);
  });

  it('are listed in parts', async () => {
    const service = await serveForTest();
    for (let seed = 0; seed < 5; seed++) await service.call('/v1/jobs', { json: generate([seed]) });
    await service.idle();
    const seeds: number[] = [];
    let after = '';
    do {
      const { json } = await service.call(`/v1/jobs?limit=2&state=done${after}`);
      for (const { request } of json.jobs) seeds.push(request.seeds[0]);
      after = json.next === null ? '' : `&after=${json.next}`;
    } while (after);
    expect(seeds.sort()).toEqual([0, 1, 2, 3, 4]);
    expect((await service.call('/v1/jobs?state=failed')).json).toEqual({ jobs: [], next: null });
  });
});

describe('a restart', () => {
  it('goes on with what ran and what waited, and keeps what was done', async () => {
    const held = new HeldRunner();
    const before = await serveForTest(held.run);
    const ids: string[] = [];
    for (const seed of [0, 1, 2])
      ids.push((await before.call('/v1/jobs', { json: generate([seed]) })).json.id);
    (await held.job(0)).end();
    await held.job(1);
    await before.stop();
    expect(held.stopped).toHaveLength(1);
    const stored = (id: string) =>
      JSON.parse(readFileSync(join(before.settings.data, 'jobs', id, 'job.json'), 'utf8'));
    expect(ids.map((id) => [stored(id).state, stored(id).attempts])).toEqual([
      ['done', 1],
      ['queued', 0],
      ['queued', 0],
    ]);
    const again = new HeldRunner();
    const after = await serveForTest(again.run, before.settings);
    (await again.job(0)).end();
    (await again.job(1)).end();
    await after.idle();
    expect(again.begun.map(({ task }) => 'seeds' in task.request && task.request.seeds)).toEqual([[1], [2]]);
    const { jobs } = (await after.call('/v1/jobs')).json;
    expect(jobs.map(({ id }: { id: string }) => id)).toEqual([...ids].reverse());
    expect((await after.call('/v1/assets')).json.assets).toHaveLength(3);
  });

  it('gives a job up that ended the process three times', async () => {
    const held = new HeldRunner();
    const first = await serveForTest(held.run);
    const { id } = (await first.call('/v1/jobs', { json: generate() })).json;
    await held.job(0);
    const path = join(first.settings.data, 'jobs', id, 'job.json');
    await until(() => JSON.parse(readFileSync(path, 'utf8')).state === 'running');
    // As a process leaves it that is killed.
    const killed = JSON.parse(readFileSync(path, 'utf8'));
    await first.stop();
    const restart = async (attempts: number) => {
      writeFileSync(path, JSON.stringify({ ...killed, attempts }));
      const service = await serveForTest(makeNothing, first.settings);
      await service.idle();
      const job = (await service.call(`/v1/jobs/${id}`)).json;
      await service.stop();
      return job;
    };
    expect(await restart(2)).toMatchObject({ state: 'done', attempts: 3 });
    expect(await restart(3)).toMatchObject({ state: 'failed', error: { code: 'crashed' } });
  });

  it('leaves records alone that it cannot read, and clears uploads that broke off', async () => {
    const service = await serveForTest();
    const { id } = (await service.call('/v1/jobs', { json: generate() })).json;
    await service.idle();
    await service.stop();
    const folder = join(service.settings.data, 'jobs');
    writeFileSync(join(folder, id, 'job.json'), '{"formatVersion":2}');
    mkdirSync(join(folder, missing));
    const after = await serveForTest(makeNothing, service.settings);
    expect((await after.call('/v1/jobs')).json.jobs).toEqual([]);
    expect(after.logged.join()).toContain('expected a job record');
    expect(readdirSync(folder)).toEqual([id]);
  });

  it('takes no work while the job that runs comes to its end', async () => {
    let release: (() => void) | null = null;
    const service = await serveForTest(
      () =>
        new Promise((_, reject) => {
          release = () => reject(new Error('aborted'));
        }),
    );
    const { id } = (await service.call('/v1/jobs', { json: generate([1]) })).json;
    await until(() => release !== null);
    const stopped = service.stop();
    for (const [path, init] of [
      ['/v1/jobs', { json: generate([2]) }],
      ['/readyz', {}],
    ] as const) {
      const answer = await service.call(path, init);
      expect([answer.status, answer.json.type]).toEqual([503, 'urn:turnaround:problem:stopping']);
    }
    expect((await service.call('/healthz')).status).toBe(200);
    release!();
    await stopped;
    await expect(service.call('/healthz')).rejects.toThrow();
    const record = readFileSync(join(service.settings.data, 'jobs', id, 'job.json'), 'utf8');
    expect(JSON.parse(record).state).toBe('queued');
  });
});

describe('retention', () => {
  it('removes finished jobs by their age', async () => {
    const service = await serveForTest(undefined, { keepDays: 2 });
    await service.call('/v1/jobs', { json: generate([1]) });
    await service.idle();
    await service.applyRetention(Date.now() + 1.9 * DAY);
    expect((await service.call('/v1/jobs')).json.jobs).toHaveLength(1);
    await service.applyRetention(Date.now() + 2.1 * DAY);
    expect((await service.call('/v1/jobs')).json.jobs).toHaveLength(0);
    expect(readdirSync(join(service.settings.data, 'jobs'))).toEqual([]);
  });

  it('removes the oldest where all together take too much room, and never one that waits', async () => {
    const probe = await serveForTest();
    const { id } = (await probe.call('/v1/jobs', { json: generate([0]) })).json;
    await probe.idle();
    const { bytes } = (await probe.call(`/v1/jobs/${id}`)).json;
    const held = new HeldRunner();
    const service = await serveForTest(held.run, { keepBytes: 2.5 * bytes });
    for (const seed of [0, 1, 2, 3]) {
      await service.call('/v1/jobs', { json: generate([seed]) });
      if (seed < 3) (await held.job(seed)).end();
    }
    await held.job(3);
    await until(async () => (await service.call('/v1/jobs?state=done')).json.jobs.length === 2);
    const { jobs } = (await service.call('/v1/jobs')).json;
    expect(jobs.map(({ request }: { request: { seeds: number[] } }) => request.seeds[0])).toEqual([3, 2, 1]);
    expect(existsSync(join(service.settings.data, 'jobs', jobs[0].id))).toBe(true);
  });
});
