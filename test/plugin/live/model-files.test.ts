import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveError, type LiveErrorCode } from '../../../plugin/src/live/errors.ts';
import {
  CACHE_NAME,
  fetchModelFiles,
  type ModelFilesOptions,
  type ModelProgress,
} from '../../../plugin/src/live/model-files.ts';
import { at, BASE, type Bytes, bytesOf, cacheOf, hashOf, pieces, version } from './model-server.ts';

/** What is on the server; null: nobody answers. */
let served: Map<string, Bytes> | null;
/** Bytes of a network's file after which the connection breaks. */
let breakAt: number;
const asked: string[] = [];

/** The browser's store, by cache and key. */
let stored: Map<string, Map<string, Bytes>>;
let full: boolean;

function openCache(name: string): Cache {
  const entries = stored.get(name) ?? new Map<string, Bytes>();
  stored.set(name, entries);
  return cacheOf(entries, () => full);
}

beforeEach(() => {
  [served, breakAt, stored, full] = [version(0), Infinity, new Map(), false];
  asked.length = 0;
  vi.stubGlobal('caches', { open: async (name: string) => openCache(name) });
  vi.stubGlobal('fetch', async (url: string, { cache, signal }: RequestInit) => {
    expect(cache).toBe('no-cache');
    signal?.throwIfAborted();
    if (!served) throw new TypeError('Failed to fetch');
    asked.push(url.slice(BASE.length + 1));
    const bytes = served.get(url.split('?')[0]!);
    return bytes
      ? new Response(pieces(bytes, url.endsWith('.json') ? Infinity : breakAt))
      : new Response('none', { status: 404 });
  });
});
afterEach(() => vi.unstubAllGlobals());

const kept = (): Map<string, Bytes> => stored.get(CACHE_NAME)!;

async function refusal(options?: ModelFilesOptions, base = BASE): Promise<LiveError> {
  const error: unknown = await fetchModelFiles(base, options).then(
    () => new Error('loaded'),
    (caught: unknown) => caught,
  );
  if (error instanceof LiveError) return error;
  throw error;
}

const expectLoaded = async (from: Map<string, Uint8Array>, options?: ModelFilesOptions): Promise<void> => {
  const { files } = await fetchModelFiles(BASE, options);
  expect(Object.keys(files)).toEqual(['live.onnx', 'mapping.onnx']);
  for (const [name, bytes] of Object.entries(files)) expect(hashOf(bytes)).toBe(hashOf(from.get(at(name))!));
};

describe('fetchModelFiles', () => {
  it('fetches the manifest and its files, and says how far it is', async () => {
    const told: ModelProgress[] = [];
    const { manifest, files } = await fetchModelFiles(BASE, {
      onProgress: (progress) => told.push(progress),
    });
    expect(manifest.name).toBe('portraits');
    expect(files['live.onnx']).toEqual(served!.get(at('live.onnx')));
    expect(files['mapping.onnx']).toEqual(served!.get(at('mapping.onnx')));
    expect(asked).toEqual(['live.json', 'live.onnx', 'mapping.onnx']);
    expect(told.map(({ file, loaded }) => `${file} ${loaded}`)).toEqual([
      ...[0, 256, 512, 768, 1000].map((loaded) => `live.onnx ${loaded}`),
      ...[1000, 1256, 1300].map((loaded) => `mapping.onnx ${loaded}`),
    ]);
    expect(new Set(told.map(({ total }) => total))).toEqual(new Set([1300]));
  });

  it('fetches what it is asked for, with the address as it is', async () => {
    const told: ModelProgress[] = [];
    const options: ModelFilesOptions = {
      names: ['mapping.onnx'],
      onProgress: (progress) => told.push(progress),
    };
    const { files } = await fetchModelFiles(`${BASE}/?token=1`, options);
    expect(Object.keys(files)).toEqual(['mapping.onnx']);
    expect(asked).toEqual(['live.json?token=1', 'mapping.onnx?token=1']);
    expect(told.at(-1)).toEqual({ file: 'mapping.onnx', loaded: 300, total: 300 });
    // Another token is no other file.
    await fetchModelFiles(`${BASE}?token=2`, options);
    expect(asked.slice(2)).toEqual(['live.json?token=2']);
  });

  it('fetches what is asked for once its manifest is there', async () => {
    const names = vi.fn(() => ['mapping.onnx']);
    const { manifest, files } = await fetchModelFiles(BASE, { names });
    expect(names).toHaveBeenCalledExactlyOnceWith(manifest);
    expect(Object.keys(files)).toEqual(['mapping.onnx']);
    expect(asked).toEqual(['live.json', 'mapping.onnx']);
  });

  it('takes addresses from the page on', async () => {
    vi.stubGlobal('document', { baseURI: 'https://example.com/models/page.html' });
    await fetchModelFiles('portraits/');
    expect(asked).toEqual(['live.json', 'live.onnx', 'mapping.onnx']);
  });

  it('fetches files once, and the manifest each time', async () => {
    await fetchModelFiles(BASE);
    const told: ModelProgress[] = [];
    await expectLoaded(served!, { onProgress: (progress) => told.push(progress) });
    expect(asked.slice(3)).toEqual(['live.json']);
    expect(told.map(({ loaded }) => loaded)).toEqual([0, 1000, 1000, 1300]);
  });

  it('never takes another version for this one, and keeps one alone', async () => {
    await fetchModelFiles(BASE);
    served = version(1);
    await expectLoaded(served);
    expect(asked.slice(3)).toEqual(['live.json', 'live.onnx', 'mapping.onnx']);
    expect(kept().size).toBe(3);
  });

  it('works without a server once all is kept', async () => {
    await fetchModelFiles(BASE);
    const before = served!;
    served = null;
    await expectLoaded(before);
  });

  it('keeps the older version whole where a newer one cannot be had', async () => {
    const before = served!;
    await fetchModelFiles(BASE);
    served = version(1);
    breakAt = 512;
    expect((await refusal()).code).toBe('offline');
    served = null;
    await expectLoaded(before);
  });

  it('fetches a kept file anew that is not what it was', async () => {
    await fetchModelFiles(BASE);
    const key = [...kept().keys()].find((one) => one.includes('live.onnx'))!;
    kept().get(key)![3]! ^= 1;
    await expectLoaded(served!);
    expect(asked.slice(3)).toEqual(['live.json', 'live.onnx']);
    expect(kept().get(key)).toEqual(served!.get(at('live.onnx')));

    kept().get(key)![3]! ^= 1;
    served!.delete(at('live.onnx'));
    expect((await refusal()).code).toBe('not-found');
    expect(kept().has(key)).toBe(false);
  });
});

describe('without storage', () => {
  const storages: [string, () => ModelFilesOptions | undefined][] = [
    ['that the page has', () => void vi.stubGlobal('caches', undefined)],
    [
      'that may be opened',
      () => void vi.stubGlobal('caches', { open: () => Promise.reject(new Error('no')) }),
    ],
    ['that is wanted', () => ({ cache: null })],
    [
      'with room',
      () => {
        full = true;
        return undefined;
      },
    ],
    [
      'that may be asked for',
      () => {
        Object.defineProperty(globalThis, 'caches', {
          configurable: true,
          get: () => {
            throw new DOMException('sandboxed', 'SecurityError');
          },
        });
        return undefined;
      },
    ],
  ];
  it.each(storages)('%s it loads from the server', async (_, prepare) => {
    const options = prepare();
    await expectLoaded(served!, options);
    await expectLoaded(served!, options);
    expect(asked).toHaveLength(6);
    expect(kept()?.size ?? 0).toBe(0);
    served = null;
    expect((await refusal(options)).code).toBe('offline');
  });

  it('keeps files where it is told', async () => {
    const open = vi.fn(async () => openCache('mine'));
    await expectLoaded(served!, { cache: { open } });
    expect(open).toHaveBeenCalledWith('turnaround-live');
    expect(stored.get('mine')!.size).toBe(3);
  });
});

describe('what goes wrong', () => {
  const replace = (name: string, content: string | Bytes): void =>
    void served!.set(at(name), typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const stop = (after: number): void => {
    if (after === 0) served = null;
    breakAt = after;
  };
  const cases: [string, () => void, LiveErrorCode, RegExp][] = [
    ['no server', () => stop(0), 'offline', /expected to reach .*live\.json, got Failed to fetch/],
    ['no model', () => served!.clear(), 'not-found', /expected .*live\.json, got HTTP status 404/],
    ['no file', () => served!.delete(at('mapping.onnx')), 'not-found', /mapping\.onnx, got HTTP status 404/],
    [
      'a page for a manifest',
      () => replace('live.json', '<html>'),
      'manifest',
      /live\.json: expected JSON, got/,
    ],
    [
      'another manifest',
      () => replace('live.json', '{"formatVersion":2}'),
      'manifest',
      /formatVersion 1, got 2/,
    ],
    [
      'a short file',
      () => replace('live.onnx', bytesOf(900, 0)),
      'hash',
      /live\.onnx of 1000 bytes.*got 900 bytes/,
    ],
    [
      'a long file',
      () => replace('live.onnx', bytesOf(2000, 0)),
      'hash',
      /live\.onnx of 1000 bytes.*got more than/,
    ],
    ['a broken connection', () => stop(512), 'offline', /reach .*live\.onnx, got network error/],
  ];
  it.each(cases)('%s', async (_, spoil, code, message) => {
    spoil();
    const error = await refusal();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('a damaged file names both hashes, and is not kept', async () => {
    const damaged = bytesOf(1000, 5);
    const expected = hashOf(served!.get(at('live.onnx'))!);
    replace('live.onnx', damaged);
    const { code, message } = await refusal();
    expect(code).toBe('hash');
    expect(message).toContain(`live.onnx of 1000 bytes with SHA-256 ${expected}`);
    expect(message).toContain(hashOf(damaged));
    expect(kept().size).toBe(0);
  });

  it('a file that the manifest does not list', async () => {
    const { code, message } = await refusal({ names: ['toString'] });
    expect(code).toBe('manifest');
    expect(message).toBe('live.json: expected an entry for toString in files, got live.onnx, mapping.onnx');
  });

  it('an address that is none', async () => {
    const { code, message } = await refusal({}, 'http://');
    expect(code).toBe('not-found');
    expect(message).toContain('expected the address of a folder, got http://');
  });

  it.each([
    ['before it starts', 0],
    ['in the first file', 512],
    ['in the second', 1256],
  ])('a signal %s', async (_, when) => {
    const stop = new AbortController();
    const onProgress = ({ loaded }: ModelProgress) => loaded >= when && stop.abort();
    if (when === 0) stop.abort();
    const error = await refusal({ onProgress, signal: stop.signal });
    expect(error.code).toBe('aborted');
    expect(error.cause).toBe(stop.signal.reason);
    expect(kept().size).toBe(when > 1000 ? 1 : 0);
  });
});
