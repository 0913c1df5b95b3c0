import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { characterFolder, findCharacter, listCharacters } from '../../samples/character-folder.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let home: string;
let folder: string;
let server: Server;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-folder-'));
  folder = join(home, 'out');
  for (const path of ['demo', 'mine/deep', 'another']) mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['demo/10.glb', 'demo/2.glb', 'another/1.glb', 'mine/deep/a b.glb', '100%.glb'])
    writeFileSync(join(folder, path), path);
  writeFileSync(join(folder, 'demo/manifest.json'), '{}');
  writeFileSync(join(home, 'secret.glb'), 'secret');
  symlinkSync(join(home, 'secret.glb'), join(folder, 'link.glb'));
  symlinkSync(home, join(folder, 'up'));
  mkdirSync(join(home, 'out-of-it'));
  writeFileSync(join(home, 'out-of-it/x.glb'), 'secret');
  let handler: Handler = () => {};
  const middlewares = { use: (_: string, given: Handler) => (handler = given) };
  const { configureServer } = characterFolder(folder);
  if (typeof configureServer === 'function') configureServer.call({} as never, { middlewares } as never);
  // As vite does, the prefix is taken off before the handler sees the address.
  server = createServer((incoming, response) => {
    incoming.url = incoming.url!.slice('/out'.length);
    handler(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

/** The address goes out exactly as given, dots and all. */
const get = (path: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });

test('lists the characters: the demo first, numbers in order, links and other files left out', async () => {
  const paths = ['demo/2.glb', 'demo/10.glb', '100%.glb', 'another/1.glb', 'mine/deep/a b.glb'];
  expect((await listCharacters(folder)).map(({ path }) => path)).toEqual(paths);
  const listed = JSON.parse((await get('/out/index.json')).text) as { path: string; bytes: number }[];
  expect(listed[0]).toEqual({ path: 'demo/2.glb', bytes: 10 });
  expect(await listCharacters(join(home, 'nowhere'))).toEqual([]);
});

test('serves a character', async () => {
  expect(await get('/out/demo/2.glb?t=1')).toEqual({ status: 200, text: 'demo/2.glb' });
  expect(await get('/out/mine/deep/a%20b.glb')).toEqual({ status: 200, text: 'mine/deep/a b.glb' });
  expect(await get('/out/100%25.glb')).toEqual({ status: 200, text: '100%.glb' });
});

describe('nothing else is served', () => {
  test.each([
    '/out/demo/manifest.json',
    '/out/demo/99.glb',
    '/out/demo',
    '/out/',
    '/out/../secret.glb',
    '/out/%2e%2e/secret.glb',
    '/out/..%2fsecret.glb',
    '/out/demo/../../secret.glb',
    '/out/../out-of-it/x.glb',
    '/out/link.glb',
    '/out/up/secret.glb',
    '/out//etc/passwd',
    '/out/%00.glb',
    '/out/%',
    '/out/demo/2.glb%00.png',
  ])('%s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  test('by absolute path', async () => {
    expect(await findCharacter(folder, join(home, 'secret.glb'))).toBeNull();
  });
});
