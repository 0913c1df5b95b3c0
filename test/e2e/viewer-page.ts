import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { characterGlb, letterView } from '../plugin/character-glb.ts';
import { launchBrowser } from './browser.ts';
import { type Prepared, prepare } from './ellipsoid-characters.ts';
import { openViewer } from './open-viewer.ts';
import { serveSamples } from './serve-samples.ts';

/** The viewer with a fan of views, a grid of views and a character without depth, for a file of tests. */

let home: string;
let server: ViteDevServer;
let browser: Browser;
export let fan: Prepared;
export let grid: Prepared;
export let page: Page;
export let complaints: string[] = [];

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

interface Visit {
  width?: number;
  touch?: boolean;
  before?: () => void;
  /** A file that the server has not got. */
  missing?: string;
}

export async function visit(
  address: string,
  { width = 800, touch, before, missing }: Visit = {},
): Promise<void> {
  const dress = async (opening: Page): Promise<void> => {
    if (missing) await opening.route(`**/${missing}`, (route) => route.fulfill({ status: 404 }));
    await opening.addInitScript((css) => {
      addEventListener('DOMContentLoaded', () => {
        const style = document.createElement('style');
        style.textContent = css;
        document.head.append(style);
      });
    }, SMALL);
  };
  const options = { width, height: 700, touch, before, prepare: dress };
  ({ page, complaints } = await openViewer(browser, server, address, options));
}

/** Forgets complaints that a test has made happen. */
export function forgive(made: RegExp): void {
  // In place: the page goes on to complain there.
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !made.test(text)));
}

export const radio = (name: string) => page.getByRole('radio', { name, exact: true });
export const line = () => page.getByRole('slider', { name: /^Line between/ });
export const turn = (yaw: number) => page.getByRole('slider', { name: 'Yaw' }).fill(`${yaw}`);
export const mixed = () => page.getByRole('list', { name: /^Stored views/ }).getByRole('listitem');
export const said = () => page.locator('#message').innerText();

/** A software GPU beside other work takes its time. */
export const patient = <T>(what: () => T) => expect.poll(what, { timeout: 40_000 });

/** The stage's colours, RGB. */
export async function picture(): Promise<Buffer> {
  const shot = await page.locator('#canvas').screenshot();
  return await sharp(shot).removeAlpha().raw().toBuffer();
}

/** Once a turn has reached the screen, and the screen has come to rest. */
export async function pictureAt(yaw: number): Promise<Buffer> {
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
export const difference = (a: Buffer, b: Buffer): number =>
  a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length;

/** Mean over what is no grey, of how far it is from that. */
export const colourfulness = (rgb: Buffer): number => {
  let sum = 0;
  for (let k = 0; k < rgb.length; k += 3) {
    const pixel = rgb.subarray(k, k + 3);
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return sum / (rgb.length / 3);
};
