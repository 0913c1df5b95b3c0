import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, defaultClientConditions } from 'vite';
import { builtOnce } from '../built-once.ts';
import { ROOT } from '../shared.ts';

/** The test page, built from the sources and served, and files beside it. */
export interface Served {
  /** Address of the page; it is isolated, but with `?not-isolated` after it. */
  readonly url: string;
  /** Serves bytes under a name; gives their address. */
  add(name: string, bytes: Uint8Array): string;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  wasm: 'application/wasm',
  glb: 'model/gltf-binary',
};

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** ONNX Runtime's files, as a page finds them. */
const ORT = join(ROOT, 'node_modules/onnxruntime-web/dist');

const buildPage = (folder: string) =>
  build({
    root: join(ROOT, 'test/e2e/page'),
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'es2022',
      reportCompressedSize: false,
    },
    worker: { format: 'es' },
  });

export async function serveStage(): Promise<Served> {
  const folder = await builtOnce('stage', buildPage);
  const added = new Map<string, Uint8Array>();
  const server: Server = createServer((request, response) => {
    const name =
      decodeURIComponent(new URL(request.url ?? '/', 'http://stage').pathname).slice(1) || 'index.html';
    const known = added.get(name);
    const contents = known
      ? Promise.resolve(known)
      : name.includes('..')
        ? Promise.reject()
        : readFile(name.startsWith('ort/') ? join(ORT, name.slice(4)) : join(folder, name));
    contents.then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
          // Isolated pages have clocks of 5 µs instead of 100.
          ...(request.url?.endsWith('?not-isolated') ? {} : ISOLATED),
        });
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    add(name, bytes) {
      added.set(name, bytes);
      return `${url}${name}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
