import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate, HeldRunner, serveForTest, type TestService } from './harness.ts';

/** The document says what the server does: every route is in it, and every operation in it answers as it says. */

let service: TestService;
// biome-ignore lint/suspicious/noExplicitAny: a JSON document
let document: any;
const ids = { job: '', asset: '' };

beforeAll(async () => {
  service = await serveForTest();
  document = (await service.call('/v1/openapi.json')).json;
  const made = await service.call('/v1/jobs', { json: generate([1, 2]) });
  ids.job = made.json.id;
  await service.idle();
  ids.asset = (await service.call('/v1/assets')).json.assets[0].id;
});

const ROUTES = [
  'get /healthz',
  'get /metrics',
  'get /readyz',
  'get /v1/assets',
  'get /v1/assets/{id}.glb',
  'delete /v1/jobs/{id}',
  'get /v1/jobs',
  'get /v1/jobs/{id}',
  'get /v1/jobs/{id}/events',
  'get /v1/jobs/{id}/contact-sheet.png',
  'get /v1/models',
  'get /v1/models/{name}',
  'get /v1/openapi.json',
  'post /v1/jobs',
  'post /v1/models',
  'post /v1/previews',
].sort();

const operations = () =>
  Object.entries(document.paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method })),
  );

/** A validator of one of the document's schemas. */
function validator(schema: object) {
  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, 'date-time': true } });
  return ajv.compile({ ...schema, components: document.components });
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and lists exactly the routes of the service', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(ROUTES);
  });

  it('refers only to schemas that it has, each valid itself', () => {
    const text = JSON.stringify(document);
    const names = [
      ...new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!)),
    ];
    expect(names).toEqual(
      expect.arrayContaining(['Job', 'JobList', 'JobRequest', 'Problem', 'ModelList', 'AssetList']),
    );
    for (const name of names) expect(() => validator(document.components.schemas[name])).not.toThrow();
    expect(text).not.toContain('$defs');
  });

  it('describes requests that the service takes, and no others', () => {
    const valid = validator(document.components.schemas.JobRequest);
    expect(valid(generate([3]))).toBe(true);
    expect(valid({ kind: 'train', model: 'one' })).toBe(true);
    for (const wrong of [
      {},
      { kind: 'import' },
      generate([-1]),
      generate([1], { model: '../one' }),
      generate([1], { x: 1 }),
    ])
      expect(valid(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('tells what every operation answers, and each does answer so', async () => {
    // Deletes last, so that there is something to look at before.
    const all = operations().sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
    for (const { path, method } of all) {
      const name = `${method} ${path}`;
      const url = path
        .replace('{id}', path.includes('assets') ? ids.asset : ids.job)
        .replace('{name}', 'one');
      const answer =
        name === 'post /v1/models'
          ? await service.call(`${url}?name=new`, {
              method: 'POST',
              body: 'checkpoint',
              headers: { 'content-type': 'application/octet-stream' },
            })
          : name === 'post /v1/jobs'
            ? await service.call(url, { json: generate([7]) })
            : name === 'post /v1/previews'
              ? await service.call(url, { json: { model: 'one', seed: 7, yaws: [-30, 0, 30] } })
              : await service.call(url, { method: method.toUpperCase() });
      const told = document.paths[path][method].responses[answer.status];
      expect(answer.status, name).toBeLessThan(300);
      expect(told, `${name} ${answer.status}`).toBeDefined();
      const [type, media] =
        Object.entries((told.content ?? {}) as Record<string, { schema?: object }>)[0] ?? [];
      if (type) expect(answer.headers.get('content-type'), name).toContain(type);
      if (!media?.schema) continue;
      const valid = validator(media.schema);
      expect(valid(answer.json), `${name}: ${JSON.stringify(valid.errors)}`).toBe(true);
    }
  });

  it('documents each problem that the routes give', async () => {
    const held = new HeldRunner();
    const small = await serveForTest(held.run, { maxQueue: 1 });
    const problems: [string, string, RequestInit & { json?: unknown }][] = [
      ['/v1/jobs/{id}', 'get', {}],
      ['/v1/jobs/{id}', 'delete', { method: 'DELETE' }],
      ['/v1/jobs/{id}/events', 'get', {}],
      ['/v1/assets/{id}.glb', 'get', {}],
      ['/v1/jobs/{id}/contact-sheet.png', 'get', {}],
      ['/v1/models/{name}', 'get', {}],
      ['/v1/previews', 'post', { json: {} }],
      ['/v1/previews', 'post', { json: { model: 'none', seed: 1, yaws: [0] } }],
      ['/v1/jobs', 'get', {}],
      ['/v1/jobs', 'post', { json: {} }],
      ['/v1/jobs', 'post', { json: generate([0], { model: 'none' }) }],
      ['/v1/jobs', 'post', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
      ['/v1/jobs', 'post', { method: 'POST', body: '{}' }],
      [
        '/v1/models',
        'post',
        { method: 'POST', body: 'x', headers: { 'content-type': 'application/octet-stream' } },
      ],
    ];
    const valid = validator(document.components.schemas.Problem);
    for (const [path, method, init] of problems) {
      const url = `${path.replace(/\{\w+\}/, 'none')}${path === '/v1/jobs' && method === 'get' ? '?limit=x' : ''}`;
      const answer = await small.call(url, init);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(valid(answer.json), JSON.stringify(valid.errors)).toBe(true);
      expect(
        document.paths[path][method].responses[answer.status],
        `${method} ${path} ${answer.status}`,
      ).toBeDefined();
    }
  });
});
