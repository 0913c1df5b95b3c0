import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, generate, HeldRunner, serveForTest, type TestService } from './harness.ts';

let service: TestService;
beforeAll(async () => {
  service = await serveForTest();
});

const post = (body: string, type = 'application/json', more: Record<string, string> = {}) =>
  service.call('/v1/jobs', { method: 'POST', body, headers: { 'content-type': type, ...more } });

function expectProblem({ status, headers, json, text }: Answer, code: number, kind: string) {
  expect(status, text).toBe(code);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(json).toMatchObject({ type: `urn:turnaround:problem:${kind}`, status: code });
  expect(json.title).toBeTruthy();
  expect(json.detail).toBeTruthy();
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
}

/** What a raw request is answered. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    setTimeout(() => socket.destroy(), 1500).unref();
  });

describe('problem documents', () => {
  it('name the places that do not fit', async () => {
    const answer = await post(JSON.stringify(generate([1, -2], { views: 0, model: '../x' })));
    expectProblem(answer, 422, 'invalid');
    expect(answer.json.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'model',
      'seeds.1',
      'views',
    ]);
    expect(answer.json.errors.find(({ path }: { path: string }) => path === 'model').message).toContain(
      'plain name',
    );
  });

  it('list at most twenty places', async () => {
    const answer = await post(JSON.stringify(generate(Array.from({ length: 500 }, () => -1))));
    expectProblem(answer, 422, 'invalid');
    expect(answer.json.errors).toHaveLength(20);
  });

  it.each([
    ['malformed JSON', '{"kind":', 400, 'malformed-request'],
    ['JSON that is no object', '"text"', 400, 'malformed-request'],
    ['an unknown kind', '{"kind":"rm"}', 422, 'invalid'],
    ['an array', '[]', 422, 'invalid'],
    ['a body beyond the bound', `{"kind":"${'x'.repeat(70_000)}"}`, 413, 'too-large'],
    ['a deep body', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 422, 'invalid'],
    [
      'entries of every object',
      '{"kind":"train","model":"one","__proto__":{"restart":true}}',
      422,
      'invalid',
    ],
  ])('answer %s', async (_, body, code, kind) => {
    expectProblem(await post(body), code as number, kind as string);
  });

  it('answer other media types, compressed bodies and no body', async () => {
    expectProblem(await post('{}', 'text/plain'), 415, 'unsupported-media-type');
    expectProblem(
      await post('{}', 'application/json', { 'content-encoding': 'gzip' }),
      415,
      'unsupported-media-type',
    );
    expectProblem(await post('{}', 'application/json; charset=nonsense'), 415, 'unsupported-media-type');
    expectProblem(await service.call('/v1/jobs', { method: 'POST' }), 415, 'unsupported-media-type');
  });

  it('answer routes, jobs, assets and methods that are not there', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v2/jobs',
      '/v1/jobs/',
      '/v1/jobs/x',
      '/v1/jobs/x/events',
      '/v1/assets/x.glb',
      '/v1/assets/x',
    ])
      expectProblem(await service.call(path), 404, 'not-found');
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await service.call('/v1/jobs', { method });
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe('POST, GET, HEAD');
    }
  });

  it('answer queries that do not fit', async () => {
    for (const query of ['limit=0', 'limit=1001', 'limit=1&limit=2', 'state=x', 'what=1', 'after=nothing'])
      expectProblem(await service.call(`/v1/jobs?${query}`), 422, 'invalid');
  });

  it('answer names that stand for nothing', async () => {
    expectProblem(
      await service.call('/v1/jobs', { json: generate([1], { model: 'three' }) }),
      422,
      'unknown-name',
    );
    expectProblem(
      await service.call('/v1/jobs', { json: generate([1], { model: 'no-model' }) }),
      422,
      'unknown-name',
    );
    expectProblem(
      await service.call('/v1/jobs', { json: { kind: 'build', images: 'cups' } }),
      422,
      'unknown-name',
    );
    expectProblem(
      await service.call('/v1/jobs', { json: { kind: 'evaluate', model: 'one', against: ['three'] } }),
      422,
      'unknown-name',
    );
  });

  it('answer what is no HTTP, and headers that are too large', async () => {
    expect(await raw('nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 .*application\/problem\+json.*malformed-request/s,
    );
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 .*headers-too-large/s,
    );
  });

  it('answer paths that cannot be decoded', async () => {
    expectProblem(await service.call('/v1/jobs/%E0%A4%A'), 400, 'malformed-request');
  });

  it('bound the queue', async () => {
    const held = new HeldRunner();
    const small = await serveForTest(held.run, { maxQueue: 2 });
    for (const seed of [0, 1, 2]) {
      expect((await small.call('/v1/jobs', { json: generate([seed]) })).status).toBe(201);
      // The first one runs and does not wait.
      if (seed === 0) await held.job(0);
    }
    const answer = await small.call('/v1/jobs', { json: generate([3]) });
    expectProblem(answer, 429, 'queue-full');
    expect(answer.headers.get('retry-after')).toBe('30');
    // What is there already takes no room.
    expect((await small.call('/v1/jobs', { json: generate([2]) })).status).toBe(200);
  });
});
