import { createHash } from 'node:crypto';
import type { LiveManifestJson } from '../../../plugin/src/asset/index.ts';

/** Where the toy model's folder is. */
export const BASE = 'https://example.com/models/portraits';
export const at = (name: string): string => `${BASE}/${name}`;

export type Bytes = Uint8Array<ArrayBuffer>;

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const bytesOf = (length: number, seed: number): Bytes =>
  Uint8Array.from({ length }, (_, k) => (k * 31 + seed) % 256);

/** A version of the folder, by address: `live.onnx` of 1000 bytes and `mapping.onnx` of 300 with their manifest. */
export function version(seed: number): Map<string, Bytes> {
  const [live, mapping] = [bytesOf(1000, seed), bytesOf(300, seed + 1)];
  const entry = (bytes: Uint8Array) => ({ sha256: hashOf(bytes), bytes: bytes.byteLength });
  const json: LiveManifestJson = {
    formatVersion: 1,
    name: 'portraits',
    modelHash: hashOf(Uint8Array.of(seed)),
    ...{ licence: 'CC0-1.0', attribution: '', source: 'portraits.pt' },
    ...{ resolution: 128, zDim: 2, wDim: 2, layers: 12, wAverage: [0, 0] },
    ...{ focal: 9, frame: [0.3, 0.3], pivot: [0, 0.15, 0], range: [-60, 60], depthRange: [0.88, 1.12] },
    ...{ directions: [], refined: true, half: true },
    files: { 'live.onnx': entry(live), 'mapping.onnx': entry(mapping) },
  };
  return new Map([
    [at('live.json'), new TextEncoder().encode(JSON.stringify(json))],
    [at('live.onnx'), live],
    [at('mapping.onnx'), mapping],
  ]);
}

/** Sends a file, 256 bytes at a time, and breaks off after some of them. */
export function pieces(bytes: Bytes, breakAt = Infinity): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= breakAt) return controller.error(new TypeError('network error'));
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(sent, sent + 256));
      sent += 256;
    },
  });
}

/** The part of a browser's cache that is used, over `entries`. */
export function cacheOf(entries: Map<string, Bytes>, isFull: () => boolean): Cache {
  const addressOf = (key: RequestInfo | URL): string => (key instanceof Request ? key.url : String(key));
  const bare = (key: string): string => key.split('?')[0]!;
  return {
    async match(key: RequestInfo | URL) {
      const bytes = entries.get(addressOf(key));
      return bytes && new Response(bytes);
    },
    async put(key: RequestInfo | URL, response: Response) {
      if (isFull()) throw new DOMException('full', 'QuotaExceededError');
      entries.set(addressOf(key), new Uint8Array(await response.arrayBuffer()));
    },
    delete: async (key: RequestInfo | URL) => entries.delete(addressOf(key)),
    keys: async (key: RequestInfo | URL) =>
      [...entries.keys()].filter((one) => bare(one) === bare(addressOf(key))).map((one) => new Request(one)),
  } as unknown as Cache;
}
