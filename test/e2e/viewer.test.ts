import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { characterGlb, letterView, type Picture } from '../plugin/character-glb.ts';
import { launchBrowser } from './browser.ts';
import { openViewer } from './open-viewer.ts';
import { serveSamples } from './serve-samples.ts';

const YAWS = [-40, -20, 0, 20, 40];

let home: string;
let server: ViteDevServer;
let browser: Browser;
let views: Picture[];
let page: Page;
let complaints: string[] = [];

const out = (...path: string[]) => join(home, 'out', ...path);

async function writeCharacters(): Promise<void> {
  mkdirSync(out('demo'), { recursive: true });
  mkdirSync(out('also'), { recursive: true });
  for (const name of ['demo/10.glb', 'demo/2.glb', 'also/1.glb'])
    writeFileSync(
      out(name),
      await characterGlb({
        views,
        yaws: YAWS,
        change: (e) => {
          e.calibrated = name !== 'also/1.glb';
        },
      }),
    );
  writeFileSync(
    out('also/broken.glb'),
    await characterGlb({
      views,
      yaws: YAWS,
      change: (e) => {
        e.frame = [1];
      },
    }),
  );
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-viewer-'));
  server = await serveSamples(home);
  [browser, views] = await Promise.all([
    launchBrowser(),
    Promise.all(YAWS.map((yaw) => letterView(yaw))),
    server.listen(),
  ]);
});

afterEach(async () => {
  await page?.context().close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

async function visit(
  address = '',
  { width = 1000, touch, before }: { width?: number; touch?: boolean; before?: () => void } = {},
): Promise<void> {
  const options = { width, height: 800, touch, before };
  ({ page, complaints } = await openViewer(browser, server, address, options));
}

const yaw = () => page.locator('#yaw').evaluate((slider: HTMLInputElement) => slider.valueAsNumber);
const said = () => page.locator('#message').innerText();
const title = () => page.locator('#name').innerText();

/** Mean colour of the left and of the right half of the character; letter views are red on the left. */
async function halves(): Promise<{ left: number[]; right: number[] }> {
  await page.waitForTimeout(200);
  const { data, info } = await sharp(await page.locator('#canvas').screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (share: number) => {
    const place =
      (Math.round(info.height * 0.75) * info.width + Math.round(info.width / 2 + share * info.height)) * 3;
    return [...data.subarray(place, place + 3)];
  };
  return { left: at(-0.26), right: at(0.26) };
}

test('says how to begin where nothing was generated', async () => {
  await visit();
  expect(await said()).toContain('npm run demo');
});

test('lists what was generated, and shows the first of the demo the right way round', async () => {
  await writeCharacters();
  await visit();
  expect(await page.locator('.card').allInnerTexts()).toEqual([
    '2',
    '10',
    '1',
    expect.stringContaining('broken'),
  ]);
  expect(await page.locator('.group').allInnerTexts()).toEqual(['out/demo', 'out/also']);
  expect(await title()).toBe('demo/2');
  const { left, right } = await halves();
  expect(left[0]! - left[2]!).toBeGreaterThan(60);
  expect(right[2]! - right[0]!).toBeGreaterThan(60);
  // Its picture in the list comes from the file itself.
  await expect
    .poll(() =>
      page
        .locator('.card canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => canvas.width),
    )
    .toBe(64);
});

test('dragging, arrow keys and the slider turn it, within the stored views', async () => {
  await visit();
  const box = (await page.locator('#canvas').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 100, y, { steps: 5 });
  await page.waitForTimeout(150);
  await page.mouse.up();
  const dragged = await yaw();
  expect(dragged).toBeCloseTo((100 / box.width) * 120, 0);
  await page.locator('#canvas').focus();
  await page.keyboard.press('ArrowRight');
  expect(await yaw()).toBeCloseTo(dragged + 3, 0);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(await yaw()).toBeCloseTo(dragged - 3, 0);
  for (let k = 0; k < 20; k++) await page.keyboard.press('ArrowRight');
  expect(await yaw()).toBe(40);
  expect(await page.locator('#angle').innerText()).toBe('+40°');
  await page.keyboard.press('Home');
  expect(await yaw()).toBe(0);
  await page.locator('#yaw').fill('-20');
  expect(await page.locator('#angle').innerText()).toBe('−20°');
});

test('a finger turns it, and a narrow screen needs no sideways scrolling', async () => {
  await visit('', { width: 360, touch: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const box = (await page.locator('#canvas').boundingBox())!;
  const touch = await page.context().newCDPSession(page);
  const at = (x: number) => [{ x: box.x + x, y: box.y + box.height / 2 }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(240) });
  for (const x of [220, 200, 180, 160, 140])
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
  await page.waitForTimeout(150);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(await yaw()).toBeLessThan(-20);
});

test('a card and an address choose a character; an uncalibrated one has its degrees marked', async () => {
  await visit('#also%2F1.glb');
  expect(await title()).toBe('also/1');
  expect(await page.locator('#angle').innerText()).toBe('about 0°');
  await page.locator('.card', { hasText: '10' }).click();
  await expect.poll(title).toBe('demo/10');
  expect(await page.locator('.card[aria-pressed=true]').innerText()).toBe('10');
});

test('a dropped file is shown, and stays when the list is read again', async () => {
  await visit();
  const bytes = Buffer.from(
    await characterGlb({ views: views.slice(1, 4), yaws: YAWS.slice(1, 4) }),
  ).toString('base64');
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'dropped.glb'));
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }, bytes);
  await expect.poll(title).toBe('dropped');
  expect(await page.locator('#yaw').getAttribute('max')).toMatch(/^20/);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await page.waitForTimeout(200);
  expect(await title()).toBe('dropped');
});

test('what is wrong is said: a broken file, a missing one, no glTF, an unknown engine', async () => {
  await visit('#also%2Fbroken.glb');
  expect(await said()).toContain('TURNAROUND_impostor.frame');
  await page.evaluate(() => {
    location.hash = 'demo%2F99.glb';
  });
  await expect.poll(said).toContain('out/demo/99.glb');
  await page.locator('#file').setInputFiles({
    name: 'note.glb',
    mimeType: '',
    buffer: Buffer.from('no glTF at all, but text long enough'),
  });
  await expect.poll(said).toContain('note cannot be shown');
  await page.locator('.card', { hasText: '10' }).click();
  await expect.poll(title).toBe('demo/10');
  expect(await page.locator('#message').isHidden()).toBe(true);
  // Babylon reports what it cannot read on the console as well.
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('Unable to load')));
  await page.context().close();
  await visit('?engine=opengl');
  expect(await said()).toContain('opengl');
});

test('WebGPU shows the same, and where there is none the page says so', async () => {
  await visit('?engine=webgpu');
  const { left, right } = await halves();
  expect(left[0]! - left[2]!).toBeGreaterThan(60);
  expect(right[2]! - right[0]!).toBeGreaterThan(60);
  await page.context().close();
  await visit('?engine=webgpu', {
    before: () => Object.defineProperty(navigator, 'gpu', { value: undefined }),
  });
  expect(await said()).toContain('no WebGPU');
  expect(await page.locator('#engines a').first().getAttribute('href')).toBe('?engine=webgl2');
});
