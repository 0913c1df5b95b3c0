import fc from 'fast-check';
import { expect } from 'vitest';
import { generate, serveForTest } from './harness.ts';

const KNOWN = [
  'kind',
  'model',
  'seeds',
  'views',
  'range',
  'from',
  'to',
  'truncation',
  'images',
  'name',
  'against',
  'subjects',
  '__proto__',
  'constructor',
  'toString',
];
const VALUES = ['generate', 'build', 'train', 'evaluate', 'import', 'one', 'teapot', '../one', '', 'null'];

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...VALUES),
    fc.jsonValue(),
    fc.double(),
    fc.integer(),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KNOWN), tie('any'), { maxKeys: 5 }),
  ),
})).any;

/** A request that fits, less or more something. */
const nearly = fc
  .record({
    base: fc.constantFrom<Record<string, unknown>>(
      generate(),
      { kind: 'build', images: 'teapot' },
      { kind: 'train', model: 'one' },
      { kind: 'evaluate', model: 'one' },
    ),
    change: fc.dictionary(fc.constantFrom(...KNOWN), value, { maxKeys: 2 }),
    drop: fc.option(fc.constantFrom('kind', 'model', 'seeds', 'images')),
  })
  .map(({ base, change, drop }) => {
    const body = { ...base, ...change };
    if (drop) delete body[drop];
    return body;
  });

const body = fc.oneof(
  nearly.map((json) => JSON.stringify(json)),
  value.map((json) => JSON.stringify(json) ?? ''),
  fc.string({ unit: 'binary' }),
  // JSON with one character changed.
  fc.tuple(nearly, fc.nat(200), fc.string({ maxLength: 2 })).map(([json, at, text]) => {
    const whole = JSON.stringify(json);
    return whole.slice(0, at) + text + whole.slice(at + 1);
  }),
);

/** Sends bodies, paths and queries that mean nothing for a while: no 5xx, no crash, each refusal a problem document. */
export async function fuzz(seconds: number): Promise<number> {
  const service = await serveForTest(undefined, { maxQueue: 5, keepBytes: 100_000 });
  const segment = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text));
  const target = fc.oneof(
    { weight: 4, arbitrary: fc.constant('/v1/jobs') },
    { weight: 1, arbitrary: segment.map((text) => `/v1/models?name=${text}`) },
    { weight: 1, arbitrary: segment.map((text) => `/v1/jobs/${text}`) },
    { weight: 1, arbitrary: fc.tuple(segment, segment).map(([a, b]) => `/v1/jobs?${a}=${b}`) },
    { weight: 1, arbitrary: segment.map((text) => `/v1/assets/${text}.glb`) },
  );
  const type = fc.constantFrom(
    'application/json',
    'application/octet-stream',
    'text/plain',
    'application/json; charset=x',
  );
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      body,
      target,
      type,
      fc.constantFrom('POST', 'POST', 'POST', 'GET', 'DELETE', 'PATCH'),
      async (text, path, contentType, method) => {
        sent++;
        const answer = await service.call(path, {
          method,
          ...(method === 'GET' ? {} : { body: text, headers: { 'content-type': contentType } }),
        });
        expect(answer.status, `${method} ${path} ${text}: ${answer.text}`).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.json?.status).toBe(answer.status);
      },
    ),
    { numRuns: 10_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false },
  );
  expect((await service.call('/healthz')).status).toBe(200);
  expect(service.logged.filter((line) => !line.includes('retention'))).toEqual([]);
  return sent;
}
