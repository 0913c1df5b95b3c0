import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveModels } from '../../samples/live-models.ts';
import { runtimeFiles } from '../../samples/runtime-files.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let home: string;
let server: Server;
const builds: string[] = [];
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes a model's file, as its `model.json` is now. */
function describeModel(name: string, text: string): void {
  mkdirSync(join(home, 'models', name), { recursive: true });
  writeFileSync(join(home, 'models', name, 'model.json'), text);
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-live-models-'));
  describeModel('mine', 'first');
  describeModel('broken', 'first');
  mkdirSync(join(home, 'models', 'empty'));
  writeFileSync(join(home, 'model.json'), 'outside');
  mkdirSync(join(home, 'ort'));
  for (const name of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.wasm', 'secret.txt'])
    writeFileSync(join(home, 'ort', name), name);
  const handlers = new Map<string, Handler>();
  const middlewares = { use: (prefix: string, given: Handler) => handlers.set(prefix, given) };
  const plugins: Plugin[] = [
    runtimeFiles(join(home, 'ort')),
    liveModels({
      models: join(home, 'models'),
      built: join(home, 'built'),
      async build(model, out) {
        builds.push(model);
        if (model.endsWith('broken')) throw new Error('error: not calibrated');
        await new Promise((resolve) => setTimeout(resolve, 50));
        mkdirSync(dirname(out), { recursive: true });
        writeFileSync(out, `network ${builds.length}`);
        writeFileSync(join(dirname(out), 'mapping.onnx'), 'mapping');
        const modelHash = hashOf(builds.length === 1 ? 'first' : 'second');
        writeFileSync(join(dirname(out), 'live.json'), JSON.stringify({ modelHash }));
      },
    }),
  ];
  for (const { configureServer } of plugins)
    if (typeof configureServer === 'function') configureServer.call({} as never, { middlewares } as never);
  server = createServer((incoming, response) => {
    const prefix = `/${incoming.url!.split('/')[1]}`;
    incoming.url = incoming.url!.slice(prefix.length);
    handlers.get(prefix)?.(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

const get = (path: string) =>
  new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text,
        }),
      );
    })
      .on('error', reject)
      .end();
  });

test('a model is built once for all who ask, and again when it has changed', async () => {
  const files = ['live.json', 'live.onnx', 'mapping.onnx'];
  const answers = await Promise.all(files.map((file) => get(`/models/mine/${file}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers[1]!.text).toBe('network 1');
  expect(answers[0]!.type).toBe('application/json');
  expect(builds).toEqual([join(home, 'models', 'mine')]);
  describeModel('mine', 'second');
  expect((await get('/models/mine/live.onnx')).text).toBe('network 2');
  expect((await get('/models/mine/live.onnx')).text).toBe('network 2');
  expect(builds).toHaveLength(2);
  expect(existsSync(join(home, 'models', 'mine', 'live.onnx'))).toBe(false);
});

test('why a model cannot be built is said', async () => {
  expect(await get('/models/broken/live.json')).toMatchObject({ status: 500, text: 'error: not calibrated' });
});

test('nothing else is served', async () => {
  const before = builds.length;
  for (const path of [
    '/models/mine/model.json',
    '/models/mine/../mine/model.json',
    '/models/..%2f/live.json',
    '/models/../live.json',
    '/models/empty/live.json',
    '/models/nobody/live.onnx',
    '/models/mine/live.json/more',
    '/models/%ff/live.json',
    '/ort/secret.txt',
    '/ort/../model.json',
    '/ort/..%2fmodel.json',
  ])
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  expect(builds).toHaveLength(before);
  expect(await get('/ort/ort.wasm.min.mjs')).toMatchObject({ status: 200, type: 'text/javascript' });
  expect(await get('/ort/ort-wasm-simd-threaded.wasm')).toMatchObject({
    status: 200,
    type: 'application/wasm',
  });
});
