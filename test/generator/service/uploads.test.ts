import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeldRunner, serveForTest, type TestService, until } from './harness.ts';

const upload = (service: TestService, query: string, body: BodyInit, headers = {}) =>
  service.call(`/v1/models?${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream', ...headers },
    duplex: 'half',
  } as RequestInit);

const kept = (service: TestService) => readdirSync(join(service.settings.data, 'jobs'));

describe('models', () => {
  it('are listed by name, those alone that can be read', async () => {
    const { models } = (await (await serveForTest()).call('/v1/models')).json;
    expect(models.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
    expect(models[0]).toMatchObject({ resolution: 128, licence: 'CC0-1.0', calibrated: true });
  });

  it('come from uploads, by a job', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const answer = await upload(service, 'name=mine&licence=CC-BY-4.0&attribution=Jane%20Doe', 'weights');
    expect(answer.status).toBe(201);
    const job = await held.job(0);
    expect(job.task.request).toEqual({
      kind: 'import',
      name: 'mine',
      licence: 'CC-BY-4.0',
      attribution: 'Jane Doe',
      precision: 'float32',
    });
    expect(readFileSync(job.task.folders.checkpoint!, 'utf8')).toBe('weights');
    // On its way: the same is the same job, another of that name is refused.
    expect(
      (await upload(service, 'name=mine&licence=CC-BY-4.0&attribution=Jane%20Doe', 'weights')).json.id,
    ).toBe(answer.json.id);
    expect((await upload(service, 'name=mine', 'others')).status).toBe(409);
    expect(kept(service)).toEqual([answer.json.id]);
    expect((await service.call('/v1/models')).text).not.toContain('mine');
    job.end();
    await service.idle();
    expect((await service.call('/v1/models')).text).toContain('"mine"');
    expect((await service.call(answer.headers.get('location')!)).json.state).toBe('done');
    expect(readdirSync(join(service.settings.data, 'jobs', answer.json.id))).toEqual(['job.json']);
  });

  it('keep their names', async () => {
    const service = await serveForTest();
    for (const name of ['one', 'ONE', 'no-model'])
      expect((await upload(service, `name=${name}`, 'x')).status).toBe(409);
    expect(kept(service)).toEqual([]);
  });

  it('leave nothing behind where the import fails', async () => {
    const held = new HeldRunner();
    const service = await serveForTest(held.run);
    const { id } = (await upload(service, 'name=bad', 'x')).json;
    (await held.job(0)).end(Object.assign(new Error('checkpoint: neither'), { code: 'format' }));
    await service.idle();
    expect((await service.call(`/v1/jobs/${id}`)).json).toMatchObject({
      state: 'failed',
      error: { code: 'format', message: 'checkpoint: neither' },
    });
    expect(readdirSync(join(service.settings.data, 'jobs', id))).toEqual(['job.json']);
    expect((await upload(service, 'name=bad', 'x')).status).toBe(201);
  });

  it('have a largest size, told or not', async () => {
    const service = await serveForTest(undefined, { maxUploadBytes: 1000 });
    const whole = await upload(service, 'name=big', 'x'.repeat(1001));
    expect(whole.status).toBe(413);
    expect(whole.json.detail).toContain('1000');
    const chunks = new ReadableStream({
      start(controller) {
        for (let k = 0; k < 11; k++) controller.enqueue(new Uint8Array(100));
        controller.close();
      },
    });
    expect((await upload(service, 'name=big', chunks)).status).toBe(413);
    expect((await upload(service, 'name=big', 'x'.repeat(1000))).status).toBe(201);
    await service.idle();
    expect(kept(service)).toHaveLength(1);
  });

  it('refuse what is no checkpoint from afar', async () => {
    const service = await serveForTest();
    expect((await upload(service, '', 'x')).status).toBe(422);
    expect((await upload(service, 'name=a&name=b', 'x')).status).toBe(422);
    expect((await upload(service, 'name=a&path=b', 'x')).status).toBe(422);
    expect((await upload(service, 'name=a&licence=a%0Ab', 'x')).status).toBe(422);
    expect((await upload(service, 'name=a', 'x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await upload(service, 'name=a', '')).status).toBeGreaterThanOrEqual(415);
    expect(kept(service)).toEqual([]);
  });

  it('take two uploads at once, and forget those that break off', async () => {
    const service = await serveForTest();
    const { hostname, port } = new URL(service.url);
    const sockets = [0, 1].map((k) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(
        `POST /v1/models?name=slow${k} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nbegin`,
      );
      return socket;
    });
    await until(() => kept(service).length === 2);
    expect((await upload(service, 'name=third', 'x')).json.type).toBe(
      'urn:turnaround:problem:too-many-uploads',
    );
    for (const socket of sockets) socket.destroy();
    await until(() => kept(service).length === 0);
    expect((await upload(service, 'name=third', 'x')).status).toBe(201);
    await service.idle();
  });
});
