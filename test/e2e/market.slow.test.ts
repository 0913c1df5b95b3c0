import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser.ts';
import { prepare } from './ellipsoid-characters.ts';
import { serveSamples } from './serve-samples.ts';

/** The market square, with and without characters. */

let home: string;
let server: ViteDevServer;
let browser: Browser;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-market-'));
  [server, browser] = await Promise.all([serveSamples(home), launchBrowser()]);
  await server.listen();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

test('says what is missing, then fills with people', async () => {
  const page = await browser.newPage({ viewport: { width: 240, height: 200 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  const address = `${server.resolvedUrls!.local[0]}crowd/`;
  await page.goto(`${address}?engine=metal`);
  await page.getByText('There are webgl2 and webgpu').waitFor();
  await page.goto(address);
  await page.getByText('npm run demo').waitFor();
  mkdirSync(join(home, 'out'), { recursive: true });
  writeFileSync(join(home, 'out', '7.glb'), (await prepare([0])).glb);
  await page.reload();
  await page.getByText('500 people of 1 ·').waitFor({ timeout: 60_000 });
  expect(await page.locator('#message').isHidden()).toBe(true);
  expect(complaints).toEqual([]);
});
