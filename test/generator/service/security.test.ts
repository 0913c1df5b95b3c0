import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkSettings, isLoopback } from '../../../generator/src/service/settings.ts';
import { generate, serveForTest } from './harness.ts';

const TOKEN = 'correct-horse-battery-staple';

/** A request with headers that fetch does not let one choose. */
const ask = (
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });

describe('who may ask', () => {
  it('needs a token wherever others could reach it', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.org', '127.0.0.1.example.org', ''])
      expect(() => checkSettings({ host, token: null, cors: [] }), host).toThrow(/expected a token/);
    for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost'])
      expect(() => checkSettings({ host, token: null, cors: [] }), host).not.toThrow();
    expect(() => checkSettings({ host: '0.0.0.0', token: TOKEN, cors: [] })).not.toThrow();
    expect(() => checkSettings({ host: '0.0.0.0', token: 'short', cors: [] })).toThrow(/at least 16/);
    expect(() => checkSettings({ host: '0.0.0.0', token: 'sixteen letters and spaces', cors: [] })).toThrow(
      /spaces/,
    );
    expect(isLoopback('localhost.example.org')).toBe(false);
  });

  it('takes the token and nothing else', async () => {
    const service = await serveForTest(undefined, { token: TOKEN });
    const bearer = (token: string) => ({ headers: { authorization: token } });
    for (const wrong of [
      '',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
      TOKEN,
      'Bearer ',
      `Bearer ${TOKEN}, Bearer x`,
    ]) {
      const answer = await service.call('/v1/jobs', bearer(wrong));
      expect(answer.status, wrong).toBe(401);
      expect(answer.json.type).toBe('urn:turnaround:problem:unauthorized');
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    for (const path of ['/v1/models', '/v1/assets', '/metrics', '/v1/openapi.json', '/nowhere'])
      expect((await service.call(path)).status, path).toBe(401);
    expect((await service.call('/v1/jobs', bearer(`Bearer ${TOKEN}`))).status).toBe(200);
    expect((await service.call('/v1/jobs', bearer(`bearer ${TOKEN}`))).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) expect((await service.call(path)).status).toBe(200);
    expect((await service.call('/v1/jobs', { json: generate() })).status).toBe(401);
  });

  it('takes only loopback names as Host, against DNS rebinding', async () => {
    const { url } = await serveForTest();
    for (const host of ['localhost', 'localhost:8787', '127.0.0.1:1', '[::1]:80', 'LOCALHOST'])
      expect((await ask(`${url}/healthz`, { host })).status, host).toBe(200);
    for (const host of [
      'example.org',
      'localhost.example.org',
      '127.0.0.1.nip.io:80',
      '10.0.0.1',
      'localhost@example.org',
      '[::1',
      'a b',
    ])
      expect((await ask(`${url}/v1/jobs`, { host })).status, host).toBe(421);
  });

  it('takes any Host where a token protects it', async () => {
    const { url } = await serveForTest(undefined, { host: '0.0.0.0', token: TOKEN });
    const headers = { host: 'example.org', authorization: `Bearer ${TOKEN}` };
    expect((await ask(`${url}/v1/jobs`, headers)).status).toBe(200);
  });

  it('lets the pages of listed origins read, and no others', async () => {
    expect(() => checkSettings({ host: '::1', token: null, cors: ['*'] })).toThrow(/--cors, got \*/);
    expect(() => checkSettings({ host: '::1', token: null, cors: ['https://a.example/'] })).toThrow(/--cors/);
    const cors = ['https://a.example', 'http://localhost:5173'];
    const { url } = await serveForTest(undefined, { cors, token: TOKEN });
    for (const origin of cors) {
      const preflight = await ask(
        `${url}/v1/jobs`,
        { origin, 'access-control-request-method': 'POST' },
        'OPTIONS',
      );
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-origin']).toBe(origin);
      expect(preflight.headers['access-control-allow-headers']).toContain('Authorization');
      // Pages can read why they were refused.
      expect((await ask(`${url}/v1/jobs`, { origin })).headers['access-control-allow-origin']).toBe(origin);
    }
    for (const origin of ['https://b.example', 'https://a.example.evil.example', 'null'])
      expect(
        (await ask(`${url}/v1/jobs`, { origin })).headers['access-control-allow-origin'],
      ).toBeUndefined();
    const closed = await serveForTest();
    const answer = await ask(`${closed.url}/v1/jobs`, { origin: 'https://a.example' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('bounds the requests of one address, also those with wrong tokens', async () => {
    const service = await serveForTest(undefined, { token: TOKEN, requestsPerMinute: 3 });
    const statuses = [];
    for (let k = 0; k < 5; k++) statuses.push((await service.call('/v1/jobs')).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const refused = await service.call('/v1/jobs');
    expect(refused.json.type).toBe('urn:turnaround:problem:too-many-requests');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await service.call('/healthz')).status).toBe(200);
  });

  it('sends headers that keep browsers from guessing and framing', async () => {
    const { headers } = await (await serveForTest()).call('/v1/jobs');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('paths of requests', () => {
  const shared = serveForTest();

  it('reach no file', async () => {
    const service = await serveForTest();
    const traversals = [
      '../secret',
      '..%2fsecret',
      '%2e%2e/secret',
      '....//secret',
      '..\\secret',
      '/etc/passwd',
      'secret%00',
      '..%252fsecret',
    ];
    for (const path of traversals) {
      for (const url of [
        `/v1/assets/${path}.glb`,
        `/v1/jobs/${path}`,
        `/v1/jobs/${path}/events`,
        `/${path}.glb`,
      ]) {
        // A path of its own: fetch would resolve the dots before it asks.
        const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
          const { port } = new URL(service.url);
          request({ port, path: url, headers: { host: 'localhost' } }, (response) => {
            let text = '';
            response.on('data', (chunk) => {
              text += chunk;
            });
            response.on('end', () => resolve({ status: response.statusCode!, text }));
          })
            .on('error', reject)
            .end();
        });
        expect([400, 404], url).toContain(answer.status);
        expect(answer.text).not.toMatch(/root:|^secret/);
      }
      for (const body of [
        generate([1], { model: path }),
        { kind: 'build', images: path },
        { kind: 'build', images: 'teapot', name: path },
        { kind: 'build', images: 'teapot', from: path },
        { kind: 'evaluate', model: 'one', against: [path] },
      ]) {
        const answer = await service.call('/v1/jobs', { json: body });
        expect(answer.status, JSON.stringify(body)).toBe(422);
      }
      const upload = await service.call(`/v1/models?name=${encodeURIComponent(path)}`, {
        method: 'POST',
        body: 'x',
        headers: { 'content-type': 'application/octet-stream' },
      });
      expect(upload.status).toBe(422);
    }
  });

  it.each(['.', '..', '.hidden', 'a/b', 'a\\b', 'a..b', 'a.', 'con:', 'a\u0000', 'é', 'a'.repeat(65), ''])(
    'a name cannot be %j',
    async (name) => {
      const service = await shared;
      expect((await service.call('/v1/jobs', { json: generate([1], { model: name }) })).status).toBe(422);
    },
  );

  it('what clients send is in no header of an answer', async () => {
    const service = await serveForTest();
    const evil = 'x%0d%0aSet-Cookie:%20a=b';
    for (const url of [
      `/v1/jobs/${evil}`,
      `/v1/assets/${evil}.glb`,
      `/v1/jobs?after=${evil}`,
      `/v1/models?name=${evil}`,
    ]) {
      const { headers } = await service.call(url);
      expect(headers.get('set-cookie')).toBeNull();
      expect([...headers.values()].join()).not.toContain('a=b');
    }
    const licence = await service.call(`/v1/models?name=x&licence=${evil}`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(licence.status).toBe(422);
  });
});
