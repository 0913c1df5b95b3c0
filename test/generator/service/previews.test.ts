import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PipelineError } from '../../../generator/src/pipeline/platform.ts';
import { generate, HeldRunner, serveForTest, type TestService, until } from './harness.ts';

/** Previews, models' details, contact sheets and the panel's page, over a maker that draws nothing. */

const asked = { model: 'one', seed: 7, yaws: [-30, 0, 30] };
const folder = mkdtempSync(join(tmpdir(), 'turnaround-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let service: TestService;
beforeAll(async () => {
  service = await serveForTest();
});

/** A maker whose previews wait until the test says how they end. */
function heldPreviews() {
  const begun: { end(error?: Error): void }[] = [];
  return {
    begun,
    make: () =>
      new Promise<Uint8Array>((resolve, reject) =>
        begun.push({ end: (error) => (error ? reject(error) : resolve(new Uint8Array([1]))) }),
      ),
    close: async () => {},
  };
}

describe('previews', () => {
  it('are drawn with defaults, in radians, and answered as a character', async () => {
    const answer = await service.call('/v1/previews', { json: asked });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'model/gltf-binary']);
    expect(JSON.parse(answer.text)).toEqual({
      ...{ seed: 7, truncation: 0.8, refine: true, edits: {} },
      yaws: [-30, 0, 30].map(radians),
    });
  });

  it.each([
    [{ model: 'three' }, 'unknown-name'],
    [{ model: '../one' }, 'invalid'],
    [{ yaws: [] }, 'invalid'],
    [{ yaws: [1, 1] }, 'invalid'],
    [{ yaws: Array.from({ length: 38 }, (_, k) => k) }, 'invalid'],
    [{ yaws: [200] }, 'invalid'],
    [{ seed: -1 }, 'invalid'],
    [{ edits: { smile: 'much' } }, 'invalid'],
    [{ edits: { smile: 1e9 } }, 'invalid'],
    [{ out: '/etc' }, 'invalid'],
  ])('are refused where they do not fit: %o', async (change, kind) => {
    const answer = await service.call('/v1/previews', { json: { ...asked, ...change } });
    expect([answer.status, answer.json.type]).toEqual([422, `urn:turnaround:problem:${kind}`]);
  });

  it('say what a model cannot draw without saying where it lies', async () => {
    const maker = {
      make: async ({ folder: where }: { folder: string }) => {
        throw new PipelineError('edit-unknown', `${where}: expected edits along component 2, got smile`);
      },
      close: async () => {},
    };
    const other = await serveForTest(undefined, {}, maker);
    const answer = await other.call('/v1/previews', { json: asked });
    expect([answer.status, answer.json.detail]).toEqual([
      422,
      'preview: the model: expected edits along component 2, got smile',
    ]);
  });

  it('are not begun for clients that have gone, and no more than eight wait', async () => {
    const held = heldPreviews();
    const other = await serveForTest(undefined, {}, held);
    const first = other.call('/v1/previews', { json: asked });
    await until(() => held.begun.length === 1);
    // Of nine together, the one that comes last is refused: the others wait by then.
    const clients = Array.from({ length: 9 }, () => new AbortController());
    const statuses = new Map<AbortController, number | 'left'>();
    const answers = clients.map(async (client) => {
      const answer = other.call('/v1/previews', { json: asked, signal: client.signal });
      statuses.set(
        client,
        await answer.then(
          ({ status }) => status,
          () => 'left',
        ),
      );
    });
    await until(() => statuses.size === 1);
    expect([...statuses.values()]).toEqual([429]);
    clients.find((client) => !statuses.has(client))!.abort();
    await until(() => statuses.size === 2);
    // The connection's end reaches the service before requests that are made after it.
    for (let k = 0; k < 3; k++) await other.call('/v1/models');
    held.begun[0]!.end();
    expect((await first).status).toBe(200);
    for (let k = 1; k <= 7; k++) {
      await until(() => held.begun.length > k);
      held.begun[k]!.end();
    }
    await Promise.all(answers);
    expect([...statuses.values()]).toEqual([429, 'left', ...Array(7).fill(200)]);
    expect(held.begun).toHaveLength(8);
  });
});

describe('models', () => {
  it('tell their range and the directions that edits can name', async () => {
    const { json } = await service.call('/v1/models/one');
    expect(json).toMatchObject({
      name: 'one',
      calibrated: true,
      refined: true,
      range: { to: -json.range.from },
    });
    expect(json.range.to).toBeGreaterThan(20);
    expect(json.directions).toHaveLength(6);
    expect(new Set(json.directions).size).toBe(6);
  });

  it('that are not there or not whole are not found', async () => {
    for (const name of ['three', 'broken', 'two', '..%2Fsecret', '__proto__'])
      expect((await service.call(`/v1/models/${name}`)).status, name).toBe(404);
  });
});

describe('contact sheets', () => {
  it('come with a generate job once it is done', async () => {
    const held = new HeldRunner();
    const other = await serveForTest(held.run);
    const { id } = (await other.call('/v1/jobs', { json: generate([3], { edits: { 'component 2': 1.5 } }) }))
      .json;
    expect((await other.call(`/v1/jobs/${id}/contact-sheet.png`)).status).toBe(404);
    const job = await held.job(0);
    expect(job.task.request).toMatchObject({ edits: { 'component 2': 1.5 } });
    job.end();
    await other.idle();
    const sheet = await other.call(`/v1/jobs/${id}/contact-sheet.png`);
    expect([sheet.status, sheet.headers.get('content-type'), sheet.text]).toEqual([
      200,
      'image/png',
      'sheet',
    ]);
  });
});

describe('the page of the panel', () => {
  it('is served without the token, with a policy that lets only its own scripts run', async () => {
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Panel</title>');
    const token = 'a-token-of-enough-characters';
    const other = await serveForTest(undefined, { panel: folder, token });
    const page = await other.call('/');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Panel')]);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toContain('unsafe-inline');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect((await other.call('/v1/models')).status).toBe(401);
    // What is not among its files is not looked for.
    writeFileSync(join(folder, 'later.html'), '');
    for (const path of ['/later.html', '/..%2F..%2Fetc%2Fpasswd', '/%2e%2e/secret.glb', '/index.html/'])
      expect((await other.call(path)).status, path).toBe(401);
  });
});
