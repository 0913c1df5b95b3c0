import {
  AssetError,
  LIVE_FILES,
  type LiveFile,
  type LiveManifest,
  validateLiveManifest,
} from '../asset/index.ts';
import { LiveError } from './errors.ts';
import { sha256 } from './sha256.ts';

/** How far a model's files have come. */
export interface ModelProgress {
  /** The one that is coming. */
  readonly file: string;
  /** Bytes of all files, and how many of them are there. */
  readonly loaded: number;
  readonly total: number;
}

export interface ModelFilesOptions {
  /** Files to fetch, of those that `live.json` lists (`LIVE_FILES`); or which, once it is there. */
  readonly names?: readonly string[] | ((manifest: LiveManifest) => readonly string[]);
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
  /** Where checked files are kept; null: nowhere. By default the browser's own, where the page may use it. */
  readonly cache?: Pick<CacheStorage, 'open'> | null;
}

/** A model as it was fetched. */
export interface ModelFiles {
  readonly manifest: LiveManifest;
  /** By name, checked. */
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** Name of the browser's cache that holds them. */
export const CACHE_NAME = 'turnaround-live';

/**
 * Fetches `live.json` and the files that it lists, one after the other. Each is checked against its SHA-256 and then
 * kept in the browser's cache, from where it comes the next time, checked again. `live.json` itself is asked of the
 * server each time; the kept one stands in where that cannot be reached. Where nothing can be kept, loading goes on.
 *
 * @param base  address of the folder, from the page's own
 * @throws LiveError `offline`, `not-found`, `hash`, `manifest`, `aborted`
 */
export async function fetchModelFiles(base: string, options: ModelFilesOptions = {}): Promise<ModelFiles> {
  const { names = LIVE_FILES, onProgress, signal, cache = ownCaches() } = options;
  const folder = folderOf(base);
  try {
    const store = (cache && (await attempt(() => cache.open(CACHE_NAME)))) ?? null;
    const described = await fetchManifest(addressOf(folder, 'live.json'), store, signal);
    const { manifest } = described;
    const wanted = typeof names === 'function' ? names(manifest) : names;
    const listed = wanted.map((name) => [name, entryOf(manifest, name)] as const);
    const total = listed.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    let done = 0;
    let kept = true;
    const files: Record<string, Uint8Array<ArrayBuffer>> = {};
    for (const [name, entry] of listed) {
      signal?.throwIfAborted();
      const before = done;
      const report = (loaded: number): void => onProgress?.({ file: name, loaded: before + loaded, total });
      report(0);
      const url = addressOf(folder, name);
      let bytes = await readKept(store, url, entry);
      if (bytes) report(entry.bytes);
      else {
        bytes = await download(url, name, entry, report, signal);
        kept = (await keep(store, keyOf(url, entry), bytes)) && kept;
      }
      done += entry.bytes;
      files[name] = bytes;
    }
    // Only with all that it lists: without the server, an older one that is whole is worth more.
    if (kept && (await keep(store, described.key, described.text)))
      for (const [name, entry] of listed) await forgetOthers(store, addressOf(folder, name), entry);
    return { manifest, files };
  } catch (error) {
    if (signal?.aborted)
      throw new LiveError('aborted', `live: ${base}: expected to be loaded, got stopped`, {
        cause: signal.reason,
      });
    throw error;
  }
}

/** The browser's caches; null where the page is not secure, or is not allowed to. */
function ownCaches(): CacheStorage | null {
  try {
    return globalThis.caches ?? null;
  } catch {
    return null;
  }
}

/** What storage gives, if it does: it may be full, or forbidden. */
async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

/** With a slash at its end, so that names are looked for inside. */
function folderOf(base: string): URL {
  try {
    // Without a page, in a worker, the worker's own address.
    const folder = new URL(base, globalThis.document?.baseURI ?? globalThis.location?.href);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder;
  } catch (cause) {
    throw new LiveError('not-found', `live: expected the address of a folder, got ${base}`, { cause });
  }
}

/** Address of a file in a folder, with what the folder's own asks for after a question mark. */
function addressOf(folder: URL, name: string): URL {
  const url = new URL(name, folder);
  url.search = folder.search;
  return url;
}

/** Under which a file is kept: another version never comes in its place. */
function keyOf(url: URL, { sha256 }: Pick<LiveFile, 'sha256'>): string {
  return new URL(`?sha256=${sha256}`, url).href;
}

function entryOf({ files }: LiveManifest, name: string): LiveFile {
  if (Object.hasOwn(files, name)) return files[name]!;
  const known = Object.keys(files).join(', ');
  throw new LiveError('manifest', `live.json: expected an entry for ${name} in files, got ${known}`);
}

/** A manifest, and what of it is kept where. */
interface FetchedManifest {
  readonly manifest: LiveManifest;
  readonly key: string;
  readonly text: string;
}

async function fetchManifest(
  url: URL,
  store: Cache | null,
  signal: AbortSignal | undefined,
): Promise<FetchedManifest> {
  const key = url.origin + url.pathname;
  let text: string | null | undefined;
  try {
    const response = await request(url, signal);
    text = await response.text().catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof LiveError) || error.code !== 'offline') throw error;
    text = await attempt(async () => (await store?.match(key))?.text());
    if (text === null || text === undefined) throw error;
  }
  return { manifest: parseManifest(text, url), key, text };
}

function parseManifest(text: string, url: URL): LiveManifest {
  try {
    return validateLiveManifest(JSON.parse(text));
  } catch (cause) {
    const why =
      cause instanceof AssetError ? cause.message : `expected JSON, got ${(cause as Error).message}`;
    throw new LiveError('manifest', `live: ${url.href}: ${why}`, { cause });
  }
}

/** Asks the server whether what the browser's HTTP cache holds is still true. */
async function request(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(url.href, { cache: 'no-cache', signal: signal ?? null }).catch(
    (cause: unknown) => {
      throw unreachable(url, cause);
    },
  );
  if (response.ok) return response;
  throw new LiveError('not-found', `live: expected ${url.href}, got HTTP status ${response.status}`);
}

function unreachable(url: URL, cause: unknown): LiveError {
  const got = cause instanceof Error ? cause.message : String(cause);
  return new LiveError(
    'offline',
    `live: expected to reach ${url.href}, got ${got}; nothing of it is kept here`,
    {
      cause,
    },
  );
}

/** @param report told how many bytes are there */
async function download(
  url: URL,
  name: string,
  expected: LiveFile,
  report: (loaded: number) => void,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(url, signal);
  const reader = response.body?.getReader();
  const bytes = new Uint8Array(expected.bytes);
  let at = 0;
  while (reader) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
    if (done) break;
    const fits = at + value.length <= bytes.length;
    if (!fits || signal?.aborted) await reader.cancel().catch(() => {});
    signal?.throwIfAborted();
    if (!fits) throw differs(url, name, expected, 'more than that');
    bytes.set(value, at);
    at += value.length;
    report(at);
  }
  const whole = bytes.subarray(0, at);
  const hash = await sha256(whole);
  if (hash !== expected.sha256) throw differs(url, name, expected, `${at} bytes of SHA-256 ${hash}`);
  return whole;
}

function differs(url: URL, name: string, { bytes, sha256 }: LiveFile, got: string): LiveError {
  return new LiveError(
    'hash',
    `live: ${url.href}: expected ${name} of ${bytes} bytes with SHA-256 ${sha256}, got ${got}; the file is damaged, or ` +
      'of another version than its live.json',
  );
}

/** A kept file that is still what it was; another one is thrown away. */
async function readKept(
  store: Cache | null,
  url: URL,
  entry: LiveFile,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const key = keyOf(url, entry);
  const buffer = await attempt(async () => (await store?.match(key))?.arrayBuffer());
  if (!buffer) return null;
  const bytes = new Uint8Array(buffer);
  if ((await sha256(bytes)) === entry.sha256) return bytes;
  await attempt(async () => store?.delete(key));
  return null;
}

/** @returns whether it is there now */
async function keep(
  store: Cache | null,
  key: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (!store) return false;
  const put = async (): Promise<boolean> => {
    await store.put(key, new Response(content));
    return true;
  };
  return (await attempt(put)) ?? false;
}

/** Other versions of a file take room, and nothing asks for them any more. */
async function forgetOthers(store: Cache | null, url: URL, entry: LiveFile): Promise<void> {
  const key = keyOf(url, entry);
  await attempt(async () => {
    for (const other of (await store?.keys(key, { ignoreSearch: true })) ?? [])
      if (other.url !== key) await store!.delete(other);
  });
}
