import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { generate, HeldRunner, openEvents, serveForTest, until } from './harness.ts';

const streams = async (service: { call(path: string): Promise<{ text: string }> }) =>
  Number(/turnaround_event_streams (\d+)/.exec((await service.call('/metrics')).text)![1]);

async function startHeld(settings = {}) {
  const held = new HeldRunner();
  const service = await serveForTest(held.run, settings);
  const { id } = (await service.call('/v1/jobs', { json: generate([1]) })).json as { id: string };
  return { service, id, job: await held.job(0), url: `${service.url}/v1/jobs/${id}/events` };
}

describe('events of a job', () => {
  it('tell its state and progress from the beginning to the end', async () => {
    const { url, job, service } = await startHeld();
    const client = await openEvents(url);
    expect(client.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    job.hooks.progress({ stage: 'characters', done: 1, total: 1, text: '1.glb' });
    job.hooks.warn(`odd: ${service.settings.models}/one`);
    job.end();
    await client.ended;
    expect(client.events.map(({ event, data }) => [event, data.state ?? data.stage ?? data.message])).toEqual(
      [
        ['state', 'queued'],
        ['state', 'running'],
        ['progress', 'characters'],
        ['warning', 'odd: models/one'],
        ['state', 'done'],
      ],
    );
    expect(client.events.at(-1)!.data.assets).toHaveLength(1);
    const ids = client.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    await until(async () => (await streams(service)) === 0);
  });

  it('go on after the last one that a client has seen', async () => {
    const { url, job } = await startHeld();
    for (let done = 1; done <= 3; done++) job.hooks.progress({ stage: `s${done}`, done, total: 9 });
    const first = await openEvents(url);
    await until(() => first.events.length === 5);
    first.drop();
    const again = await openEvents(url, { 'last-event-id': first.events[3]!.id });
    job.hooks.progress({ stage: 's4', done: 9, total: 9 });
    job.end();
    await again.ended;
    expect(again.events.map(({ data }) => data.stage ?? data.state)).toEqual(['s3', 's4', 'done']);
    // Nothing is left to tell: a browser is told not to come back.
    const last = again.events.at(-1)!.id;
    expect((await openEvents(url, { 'last-event-id': last })).response.status).toBe(204);
    // An id of another process, or none: everything that is kept.
    for (const id of ['0123-4', 'x'.repeat(5000)]) {
      const other = await openEvents(url, { 'last-event-id': id });
      await other.ended;
      expect(other.events).toHaveLength(7);
    }
  });

  it('are told of a job that an earlier process finished', async () => {
    const { service, job, id } = await startHeld();
    job.end();
    await service.idle();
    await service.stop();
    const after = await serveForTest(undefined, service.settings);
    const client = await openEvents(`${after.url}/v1/jobs/${id}/events`);
    await client.ended;
    expect(client.events.map(({ event, data }) => [event, data.state])).toEqual([['state', 'done']]);
  });

  it('end when the job is deleted, and when the service stops', async () => {
    const first = await startHeld();
    const client = await openEvents(first.url);
    await first.service.call(`/v1/jobs/${first.id}`, { method: 'DELETE' });
    await client.ended;
    expect(client.events.at(-1)).toMatchObject({ event: 'removed', data: { id: first.id } });
    const second = await startHeld();
    const other = await openEvents(second.url);
    await until(() => other.events.length === 2);
    await second.service.stop();
    await other.ended;
    expect(other.events.at(-1)!.data.state).toBe('queued');
  });

  it('are not told more often than anyone can read', async () => {
    const { url, job } = await startHeld();
    const client = await openEvents(url);
    for (let done = 0; done <= 5000; done++) job.hooks.progress({ stage: 'train', done, total: 5000 });
    job.end();
    await client.ended;
    const told = client.events.filter(({ event }) => event === 'progress').map(({ data }) => data.done);
    expect(told.length).toBeLessThan(50);
    expect([told[0], told.at(-1)]).toEqual([0, 5000]);
  });

  it('are bounded in streams, and clients that vanish give theirs back', async () => {
    const { url, service } = await startHeld({ maxStreams: 3 });
    const clients = await Promise.all([1, 2, 3].map(() => openEvents(url)));
    const refused = await service.call(new URL(url).pathname);
    expect(refused.status).toBe(429);
    expect(refused.json.type).toBe('urn:turnaround:problem:too-many-streams');
    expect(await streams(service)).toBe(3);
    for (const client of clients) client.drop();
    await until(async () => (await streams(service)) === 0);
    expect((await openEvents(url)).response.status).toBe(200);
  });

  it('have heartbeats', async () => {
    const { url } = await startHeld({ heartbeat: 30 });
    const client = await openEvents(url);
    await until(() => (client.raw().match(/^: $/gm)?.length ?? 0) >= 3);
    client.drop();
  });

  it('drop a client that reads nothing', async () => {
    const { url, service, job } = await startHeld({ heartbeat: 50 });
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => {});
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(async () => (await streams(service)) === 1);
    // More than the buffers of both sockets hold.
    for (let k = 0; k < 400; k++) {
      job.hooks.warn('x'.repeat(50_000));
      if (k % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(async () => (await streams(service)) === 0);
    socket.destroy();
    expect((await service.call('/healthz')).status).toBe(200);
  });
});
