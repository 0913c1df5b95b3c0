import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { generate, HeldRunner, serveForTest, until } from './harness.ts';

it('answers whatever is sent for a minute, and never by a 5xx', async () => {
  expect(await fuzz(60)).toBeGreaterThan(1000);
});

it('holds a thousand event streams, tells all of them everything, and gives back what they held', async () => {
  const held = new HeldRunner();
  const service = await serveForTest(held.run, { maxStreams: 1000 });
  const { id } = (await service.call('/v1/jobs', { json: generate([1]) })).json;
  const job = await held.job(0);
  const { hostname, port } = new URL(service.url);
  const open = async () =>
    Number(/turnaround_event_streams (\d+)/.exec((await service.call('/metrics')).text)![1]);
  const connectAll = (count: number): { sockets: Socket[]; received: string[] } => {
    const received = Array.from({ length: count }, () => '');
    const sockets = received.map((_, k) => {
      const socket = connect(Number(port), hostname);
      socket.setEncoding('utf8');
      socket.on('data', (text) => {
        received[k] = `${received[k]}${text}`;
      });
      socket.on('error', () => {});
      socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return socket;
    });
    return { sockets, received };
  };
  // Three rounds: a leak would show as streams that stay, or as a bound that is reached.
  for (let round = 0; round < 3; round++) {
    const { sockets, received } = connectAll(1000);
    await until(async () => (await open()) === 1000, 60_000);
    const began = performance.now();
    expect((await service.call('/healthz')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(5000);
    expect((await service.call(`/v1/jobs/${id}/events`)).status).toBe(429);
    job.hooks.progress({ stage: `round-${round}`, done: 1, total: 1 });
    await until(() => received.every((text) => text.includes(`"round-${round}"`)), 60_000);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await open()) === 0, 60_000);
  }
  const { received } = connectAll(1000);
  await until(async () => (await open()) === 1000, 60_000);
  job.end();
  await until(() => received.every((text) => text.includes('"state":"done"')), 60_000);
  await until(async () => (await open()) === 0, 60_000);
});
