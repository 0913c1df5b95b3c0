import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../shared.ts';
import { launchBrowser } from './browser.ts';

/** The panel over the real command and the shipped model: a face drawn, moved, held against the generator, made and downloaded. */

const data = mkdtempSync(join(tmpdir(), 'turnaround-panel-'));
let child: ChildProcess | null = null;
afterAll(() => {
  child?.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
});

function serve(): Promise<string> {
  const main = join(ROOT, 'generator/src/cli/main.ts');
  const options = ['--models', join(ROOT, 'models'), '--data', data, '--port', '0', '--device', 'cpu'];
  const node = ['--import', 'tsx', '--conditions=source', main, 'serve', ...options];
  const started = spawn(process.execPath, node, { cwd: ROOT });
  child = started;
  return new Promise((resolve, reject) => {
    started.stdout.on('data', (chunk) => {
      const url = /listening on (\S+?);/.exec(String(chunk))?.[1];
      if (url) resolve(url);
    });
    started.once('exit', (code) => reject(new Error(`turnaround serve ended with ${code}`)));
  });
}

test('a face of portraits-128 is drawn, edited, measured and made', async () => {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 900, height: 700 }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(await serve());
  const views = page.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button');
  const thirteen = () => expect.poll(() => views.count(), { timeout: 300_000 }).toBe(13);
  await thirteen();
  const pictures = () =>
    views
      .nth(6)
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const before = await pictures();
  await page
    .getByRole('slider', { name: /^Component/ })
    .first()
    .fill('2');
  await expect.poll(pictures, { timeout: 300_000 }).not.toBe(before);
  await thirteen();
  await page.getByRole('slider', { name: 'Yaw' }).fill('14');
  await page.getByRole('radio', { name: 'Warp error' }).check();
  const figure = () => page.locator('.error-view .figure').innerText();
  await expect.poll(figure, { timeout: 300_000 }).toMatch(/dB at \+14°$/);
  // Between views 10° apart the shaders come within some 30 dB of the generator's own picture.
  expect(Number.parseFloat(await figure())).toBeGreaterThan(24);
  await page.getByRole('radio', { name: 'Character' }).check();
  const downloading = page.waitForEvent('download', { timeout: 600_000 });
  await page.getByRole('spinbutton', { name: 'Views', exact: true }).fill('5');
  await page.getByRole('button', { name: 'Export GLB' }).click();
  expect((await downloading).suggestedFilename()).toBe('portraits-128-4.glb');
  await page.getByRole('button', { name: /^Contact sheet: portraits-128/ }).click();
  await page.getByRole('dialog').getByRole('img').waitFor();
  expect(complaints).toEqual([]);
  await browser.close();
}, 1_800_000);
