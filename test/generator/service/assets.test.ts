import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { content, generate, serveForTest, type TestService } from './harness.ts';

let service: TestService;
let url: string;
const hash = createHash('sha256').update(content(4)).digest('hex');
const size = content(4).length;

beforeAll(async () => {
  service = await serveForTest();
  await service.call('/v1/jobs', { json: generate([4, 5]) });
  await service.idle();
  url = `/v1/assets/${hash}.glb`;
});

const get = (headers: Record<string, string> = {}, method = 'GET') => service.call(url, { headers, method });

describe('assets', () => {
  it('are listed with their addresses, each content once', async () => {
    await service.call('/v1/jobs', { json: generate([4]) });
    await service.idle();
    const { assets, next } = (await service.call('/v1/assets')).json;
    expect(assets).toHaveLength(2);
    expect(assets.find(({ id }: { id: string }) => id === hash)).toMatchObject({
      file: '4.glb',
      bytes: size,
      href: url,
    });
    expect(next).toBeNull();
    const part = (await service.call('/v1/assets?limit=1')).json;
    const rest = (await service.call(`/v1/assets?limit=1&after=${part.next}`)).json;
    expect([...part.assets, ...rest.assets]).toEqual(assets);
  });

  it('are served whole, named by their hash', async () => {
    const answer = await get();
    expect([answer.status, answer.text]).toEqual([200, content(4)]);
    expect(answer.headers.get('content-type')).toBe('model/gltf-binary');
    expect(answer.headers.get('etag')).toBe(`"${hash}"`);
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const head = await get({}, 'HEAD');
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', String(size)]);
  });

  it('are not sent to who has them', async () => {
    for (const tag of [`"${hash}"`, `W/"${hash}"`, `"x", "${hash}"`, '*']) {
      const answer = await get({ 'if-none-match': tag });
      expect([answer.status, answer.text], tag).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(`"${hash}"`);
    }
    expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-19', 10, 20],
    ['bytes=-7', size - 7, size],
    [`bytes=${size - 3}-`, size - 3, size],
    ['bytes=5-1000000', 5, size],
  ])('are served in part: %s', async (range, from, to) => {
    const { status, text, headers } = await get({ range: range as string });
    expect([status, text]).toEqual([206, content(4).slice(from as number, to as number)]);
    expect(headers.get('content-range')).toBe(`bytes ${from}-${(to as number) - 1}/${size}`);
  });

  it('answer ranges that are none by 416, and by everything where the client has another file', async () => {
    const answer = await get({ range: `bytes=${size}-` });
    expect(answer.status).toBe(416);
    expect(answer.json.type).toBe('urn:turnaround:problem:range-not-satisfiable');
    expect(answer.headers.get('content-range')).toBe(`bytes */${size}`);
    expect((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-1', 'if-range': `"${hash}"` })).status).toBe(206);
  });

  it('are not found where their file has gone', async () => {
    const other = await serveForTest();
    const { id } = (await other.call('/v1/jobs', { json: generate([4]) })).json;
    await other.idle();
    rmSync(join(other.settings.data, 'jobs', id, 'out'), { recursive: true });
    const answer = await other.call(url);
    expect([answer.status, answer.json.type]).toEqual([404, 'urn:turnaround:problem:not-found']);
    expect(answer.text).not.toContain(other.settings.data);
  });
});
