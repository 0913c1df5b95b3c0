import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { degrees, radians, selectViews } from '@turnaround/plugin/asset';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { characterGlb, letterView } from '../plugin/character-glb.ts';
import { launchBrowser } from './browser.ts';
import { type Prepared, prepare } from './ellipsoid-characters.ts';
import { serveSamples } from './serve-samples.ts';

/** The viewer's choices: compare with a cross-fade, see depth, see which views a picture is made of. */

let home: string;
let server: ViteDevServer;
let browser: Browser;
let fan: Prepared;
let grid: Prepared;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'turnaround-shown-'));
  server = await serveSamples(home);
  const yaws = [-20, 0, 20];
  [browser, fan, grid] = await Promise.all([launchBrowser(), prepare([0]), prepare([-12, 14])]);
  const flat = characterGlb({ views: await Promise.all(yaws.map((yaw) => letterView(yaw))), yaws });
  mkdirSync(join(home, 'out'));
  writeFileSync(join(home, 'out', 'fan.glb'), fan.glb);
  writeFileSync(join(home, 'out', 'grid.glb'), grid.glb);
  writeFileSync(join(home, 'out', 'flat.glb'), await flat);
  await server.listen();
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

/** A stage that a software GPU fills at once, and nothing before the canvas when it is looked at. */
const SMALL = `.view { width: 120px; height: 100px !important; min-height: 0 !important; }
  .view > :not(canvas, .message) { opacity: 0; }`;

async function visit(
  address: string,
  options: { width?: number; touch?: boolean; before?: () => void; missing?: string } = {},
): Promise<void> {
  const { width = 800, touch = false, before, missing } = options;
  const context = await browser.newContext({
    viewport: { width, height: 700 },
    hasTouch: touch,
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (before) await page.addInitScript(before);
  if (missing) await page.route(`**/${missing}`, (route) => route.fulfill({ status: 404 }));
  await page.addInitScript((css) => {
    addEventListener('DOMContentLoaded', () => {
      const style = document.createElement('style');
      style.textContent = css;
      document.head.append(style);
    });
  }, SMALL);
  await page.goto(`${server.resolvedUrls!.local[0]}${address}`);
  await page.waitForFunction(
    () =>
      document.querySelector('#details')?.childElementCount ||
      !document.querySelector('#message')?.hasAttribute('hidden'),
  );
}

const radio = (name: string) => page.getByRole('radio', { name, exact: true });
const line = () => page.getByRole('slider', { name: /^Line between/ });
const turn = (yaw: number) => page.getByRole('slider', { name: 'Yaw' }).fill(`${yaw}`);
const mixed = () => page.getByRole('list', { name: /^Stored views/ }).getByRole('listitem');
const said = () => page.locator('#message').innerText();

/** A software GPU beside other work takes its time. */
const patient = <T>(what: () => T) => expect.poll(what, { timeout: 40_000 });

/** The stage's colours, RGB. */
async function picture(): Promise<Buffer> {
  const shot = await page.locator('#canvas').screenshot();
  return await sharp(shot).removeAlpha().raw().toBuffer();
}

/** Once a turn has reached the screen, and the screen has come to rest. */
async function pictureAt(yaw: number): Promise<Buffer> {
  await turn(yaw);
  const spelled = `${yaw < 0 ? '−' : '+'}${Math.abs(yaw)}°`;
  await patient(() => page.getByRole('slider', { name: 'Yaw' }).getAttribute('aria-valuetext')).toContain(
    `${spelled}:`,
  );
  let before = await picture();
  for (;;) {
    await page.waitForTimeout(600);
    const after = await picture();
    if (difference(before, after) === 0) return after;
    before = after;
  }
}

/** Mean difference of two pictures' bytes. */
const difference = (a: Buffer, b: Buffer): number =>
  a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length;

/** Mean over what is no grey, of how far it is from that. */
const colourfulness = (rgb: Buffer): number => {
  let sum = 0;
  for (let k = 0; k < rgb.length; k += 3) {
    const pixel = rgb.subarray(k, k + 3);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return sum / (rgb.length / 3);
};

describe.each(['webgl2', 'webgpu'])('%s', (engine) => {
  test('compare: what lies right of the line is the mean of the two views, what lies left of it is not', async () => {
    await visit(`?engine=${engine}#fan.glb`);
    await radio('white').check();
    const marched = await pictureAt(-5);
    await radio('Compare').check();
    expect(await line().getAttribute('aria-valuenow')).toBe('50');
    await line().press('Home');
    expect(await line().getAttribute('aria-valuetext')).toContain('100 % cross-faded');
    await patient(async () => difference(await picture(), marched)).toBeGreaterThan(2);
    const [left, halfWay, right] = [await pictureAt(-20), await pictureAt(-5), await pictureAt(10)];
    const mean = Buffer.from(left.map((value, k) => Math.round((value + right[k]!) / 2)));
    expect(difference(halfWay, mean)).toBeLessThan(0.5);
    expect(difference(marched, mean)).toBeGreaterThan(2);
    // The two lie in one place: at the end of the line the picture is what it was before.
    await line().press('End');
    expect(difference(await pictureAt(-5), marched)).toBeLessThan(0.1);
    await line().press('Home');
    for (let k = 0; k < 5; k++) await line().press('PageUp');
    const both = await pictureAt(-5);
    const half = (rgb: Buffer, from: number): Buffer =>
      Buffer.from(rgb.filter((_, k) => Math.floor((k % (3 * 120)) / 3 / 60) === from));
    expect(await line().getAttribute('aria-valuenow')).toBe('50');
    expect(difference(half(both, 0), half(marched, 0))).toBeLessThan(0.3);
    expect(difference(half(both, 1), half(mean, 1))).toBeLessThan(0.8);
  });

  test('depth: grey, and the address remembers it', async () => {
    await visit(`?engine=${engine}#fan.glb`);
    await radio('white').check();
    expect(colourfulness(await pictureAt(10))).toBeGreaterThan(5);
    await radio('Depth').check();
    await patient(async () => colourfulness(await picture())).toBeLessThan(0.2);
    expect(new URL(page.url()).search).toBe(`?engine=${engine}&show=depth`);
    expect(new URL(page.url()).hash).toBe('#fan.glb');
    // Nearest in the middle, farther towards the rim, and nothing beyond it.
    const rgb = await picture();
    const at = (x: number): number => rgb[3 * (60 * 120 + x)]!;
    expect(at(60)).toBeGreaterThan(at(45) + 10);
    expect(at(60)).toBeGreaterThan(at(75) + 10);
    expect(at(5)).toBe(255);
    await page.reload();
    await patient(() => radio('Depth').isChecked()).toBe(true);
    await radio('white').check();
    await patient(async () => colourfulness(await picture())).toBeLessThan(0.2);
    await radio('Character').check();
    await patient(async () => colourfulness(await picture())).toBeGreaterThan(5);
    expect(new URL(page.url()).search).toBe(`?engine=${engine}`);
  });
});

test('the views that are mixed are named with their weights, and stand out in the strip', async () => {
  await visit('#fan.glb');
  const { views } = fan.extension;
  for (const yaw of [-20, -5, 3, 10, 22]) {
    await turn(yaw);
    const chosen = selectViews(views, radians(yaw)).samples.filter(({ weight }) => weight > 1e-3);
    const spelled = chosen.map(({ index, weight }) => {
      const turned = Math.round(degrees(views[index]!.yaw));
      return `${turned < 0 ? '−' : turned > 0 ? '+' : ''}${Math.abs(turned)}° ${Math.round(100 * weight)} %`;
    });
    const words = async () => (await mixed().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    await patient(words).toEqual(spelled);
    const weights = await page
      .locator('#strip canvas')
      .evaluateAll((cells) =>
        cells.map((cell) => Number((cell as HTMLElement).style.getPropertyValue('--weight') || 0)),
      );
    for (const [k, weight] of weights.entries())
      expect(weight).toBeCloseTo(chosen.find(({ index }) => index === k)?.weight ?? 0, 2);
    const told = await page.getByRole('slider', { name: 'Yaw' }).getAttribute('aria-valuetext');
    expect(told).toContain(`${Math.round(100 * chosen[0]!.weight)} % of the view at`);
  }
  // Each cell has its view's picture.
  const painted = await page
    .locator('#strip canvas')
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLCanvasElement).width));
  expect(painted).toEqual([64, 64, 64]);
});

test('of views in several heights three are mixed, each named with its height', async () => {
  await visit('#grid.glb');
  await turn(0);
  await patient(() => mixed().count()).toBe(3);
  expect((await mixed().allInnerTexts()).join()).toContain('from below');
  expect(await page.locator('#strip canvas').count()).toBe(6);
});

test('the line follows mouse and finger, and a narrow screen needs no sideways scrolling', async () => {
  await visit('?show=compare#fan.glb', { width: 360, touch: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const box = (await page.locator('#view').boundingBox())!;
  const y = box.y + box.height / 2;
  const yaw = await page.locator('#yaw').inputValue();
  await page.mouse.move(box.x + 60, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, y, { steps: 3 });
  await page.mouse.up();
  expect(Number(await line().getAttribute('aria-valuenow'))).toBeCloseTo(75, -0.5);
  const touch = await page.context().newCDPSession(page);
  const at = (x: number) => [{ x: box.x + x, y }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(90) });
  for (const x of [80, 60, 40, 30])
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(Number(await line().getAttribute('aria-valuenow'))).toBeCloseTo(25, -0.5);
  // Moving the line turns nobody.
  expect(await page.locator('#yaw').inputValue()).toBe(yaw);
});

test('a file without depth says why there is nothing to choose', async () => {
  await visit('?show=depth#flat.glb');
  expect(await radio('Depth').isDisabled()).toBe(true);
  expect(await page.locator('#note').innerText()).toContain('no depth');
  await page.locator('.card', { hasText: 'fan' }).click();
  await patient(() => radio('Depth').isEnabled()).toBe(true);
  expect(await page.locator('#note').isHidden()).toBe(true);
});

test('what is wrong is said: a file that is gone, one without a character, an unknown choice, no GPU adapter', async () => {
  await visit('#fan.glb', { missing: 'out/fan.glb' });
  await patient(said).toContain('404');
  expect(await radio('Depth').isDisabled()).toBe(true);
  await page.locator('#file').setInputFiles({
    name: 'cube.glb',
    mimeType: '',
    buffer: Buffer.from(emptyGlb()),
  });
  await patient(said).toContain('expected a node with TURNAROUND_impostor in cube.glb, got none');
  await page.context().close();
  complaints = complaints.filter((text) => !text.includes('404'));
  expect(complaints).toEqual([]);
  await visit('?show=bones#fan.glb');
  expect(await said()).toContain('character, compare and depth');
  await page.context().close();
  await visit('?engine=webgpu#fan.glb', {
    before: () => {
      navigator.gpu.requestAdapter = () => Promise.resolve(null);
    },
  });
  expect(await said()).toContain('WebGPU does not start here');
  expect(await said()).toContain('WebGL2 shows the same');
  // Babylon reports it on the console as well.
  complaints = complaints.filter((text) => !/adapter|WebGPU/i.test(text));
});

/** A glTF binary that is valid and has nothing in it but a node. */
function emptyGlb(): Uint8Array {
  const text = JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'cube' }],
  });
  const padded = text.padEnd((text.length + 3) & ~3);
  const bytes = Buffer.alloc(20 + padded.length);
  for (const [k, word] of [0x46546c67, 2, bytes.length, padded.length, 0x4e4f534a].entries())
    bytes.writeUInt32LE(word, 4 * k);
  bytes.write(padded, 20);
  return bytes;
}
