import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toyModel } from '../plugin/live/toy-model.ts';
import { launchBrowser } from './browser.ts';
import { serveSamples } from './serve-samples.ts';

/** The page of live faces, with a toy in place of the shipped model. */

let home: string;
let server: ViteDevServer;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-live-page-'));
  [server, browser] = await Promise.all([serveSamples(home), launchBrowser()]);
  await server.listen();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

async function openPage(query: string, width = 700): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 700 } });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${server.resolvedUrls!.local[0]}live/?engine=webgl2${query}`, { timeout: 90_000 });
  return page;
}

/** A model folder as the page asks for it. */
function addModel(): void {
  const folder = join(home, 'models', 'portraits-128');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.json'), 'toy');
  const modelHash = createHash('sha256').update('toy').digest('hex');
  for (const [name, bytes] of Object.entries(toyModel())) {
    if (name !== 'live.json') writeFileSync(join(folder, name), bytes);
    else {
      const manifest = JSON.parse(new TextDecoder().decode(bytes));
      writeFileSync(join(folder, name), JSON.stringify({ ...manifest, modelHash }));
    }
  }
}

test('says that there is no model, then shows a face that changes with its controls', async () => {
  const empty = await openPage('');
  await empty
    .getByText(/not-found|no such model|404/i)
    .first()
    .waitFor({ timeout: 60_000 });
  await empty.close();
  addModel();
  const page = await openPage('');
  const seed = page.getByLabel('Seed', { exact: true });
  await expect.poll(() => seed.isEnabled(), { timeout: 60_000 }).toBe(true);
  await page.getByText('in a worker').waitFor();
  const canvas = page.locator('#canvas');
  const looks = async (): Promise<string> => (await canvas.screenshot()).toString('base64');
  const before = await looks();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect.poll(looks, { timeout: 30_000 }).not.toBe(before);
  const changed = await looks();
  const hue = page.getByLabel(/hue/i);
  await hue.focus();
  for (let k = 0; k < 8; k++) await page.keyboard.press('ArrowRight');
  await expect.poll(looks, { timeout: 30_000 }).not.toBe(changed);
  await page.getByRole('slider', { name: 'Turn' }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => page.locator('#angle').textContent()).toMatch(/^\+?60(\.0)?°$/);
  await page.close();
  expect(complaints).toEqual([]);
});

test('the street has a stranger who is made as one comes, on a narrow screen too', async () => {
  addModel();
  const page = await openPage('&scene=street', 360);
  await page.locator('#live').filter({ hasText: /live/i }).waitFor({ timeout: 60_000 });
  await page.locator('#canvas').focus();
  await page.keyboard.down('w');
  await expect.poll(() => page.locator('#live').textContent(), { timeout: 90_000 }).toMatch(/seed \d+/i);
  await page.keyboard.up('w');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);
  await page.close();
  expect(complaints).toEqual([]);
});
