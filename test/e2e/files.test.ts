import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCharacter, readCharacterMesh, writeCharacter } from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { ballCharacter } from '../generator/impostor/depth-character.ts';
import { launchBrowser } from './browser.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** What a browser reads from a character's file, and writes. */

let served: Served;
let browser: Browser;
let stage: StagePage;
let glb: Uint8Array;
const elsewhere: string[] = [];

beforeAll(async () => {
  [served, browser, glb] = await Promise.all([
    serveStage(),
    launchBrowser(),
    writeCharacter(createImageCodec(), ballCharacter(), { triangles: 600, geometry: 'meshopt' }),
  ]);
  stage = await openStage(browser, served);
  stage.page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(served.url)) elsewhere.push(url);
  });
  await stage.open({ engine: 'webgl2', rightHanded: false, width: 64, height: 64 });
  await stage.load(served.add('compressed.glb', glb));
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test('a compressed mesh is decoded with nothing from elsewhere', async () => {
  const { positions, indices } = await readCharacterMesh(glb);
  expect(await stage.page.evaluate(() => window.insides.solidSize())).toEqual([
    positions.length / 3,
    indices.length / 3,
  ]);
  expect(elsewhere).toEqual([]);
  expect(stage.complaints).toEqual([]);
});

test('a character that is marched is exported with the atlases that it came with', async () => {
  const exported = new Uint8Array(
    Buffer.from(await stage.page.evaluate(() => window.insides.exported()), 'base64'),
  );
  const [before, after] = [await readCharacter(glb), await readCharacter(exported)];
  expect(after.atlas).toEqual(before.atlas);
  expect(after.depth).toEqual(before.depth);
  expect(after.extension.views).toEqual(before.extension.views);
  const [mesh, copy] = [await readCharacterMesh(glb), await readCharacterMesh(exported)];
  expect(copy.texture).toEqual(mesh.texture);
  expect(copy.indices).toHaveLength(mesh.indices.length);
  await stage.load(served.add('exported.glb', exported));
  expect(await stage.page.evaluate(() => window.insides.solidSize())).toEqual([
    mesh.positions.length / 3,
    mesh.indices.length / 3,
  ]);
  expect(stage.complaints).toEqual([]);
});
