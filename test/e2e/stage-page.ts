import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { readCharacter } from '../../generator/src/impostor/index.ts';
import type { Picture } from '../plugin/character-glb.ts';
import type { EngineName, Look, Placement, Shot, StageOptions } from './page/stage.ts';
import { BACKGROUNDS, expectedPicture, psnr, type Rgb } from './pictures.ts';
import type { Served } from './serve.ts';

export interface Seen {
  readonly picture: Picture;
  readonly views: (number | null)[];
  readonly outside: (boolean | null)[];
}

/** The test page as a test drives it. */
export interface StagePage {
  readonly page: Page;
  open(options: StageOptions): Promise<void>;
  load(url: string, placement?: Placement): Promise<void>;
  shoot(shot: Shot): Promise<Seen>;
  /** Errors of the page and its console so far. */
  readonly complaints: string[];
  /** What its console warned of. */
  readonly warnings: string[];
}

/** @param isolated as threads of WebAssembly need the page to be */
export async function openStage(browser: Browser, served: Served, isolated = true): Promise<StagePage> {
  const page = await browser.newPage({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 1 });
  const complaints: string[] = [];
  const warnings: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
    // Babylon warns of what WebGPU refuses.
    if (message.type() === 'error' || message.text().includes('WebGPU uncaptured error'))
      complaints.push(message.text());
  });
  await page.goto(isolated ? served.url : `${served.url}?not-isolated`);
  await page.waitForFunction(() => 'stage' in window);
  let size = { width: 0, height: 0 };
  return {
    page,
    ...{ complaints, warnings },
    async open(options) {
      size = { width: options.width, height: options.height };
      await page.evaluate((given) => window.stage.open(given), options);
    },
    async load(url, placement = {}) {
      await page.evaluate(([address, place]) => window.stage.load(address, place), [url, placement] as const);
    },
    async shoot(shot) {
      const { pixels, views, outside } = await page.evaluate((given) => window.stage.shoot(given), shot);
      return {
        picture: { ...size, data: new Uint8ClampedArray(Buffer.from(pixels, 'base64')) },
        views,
        outside,
      };
    },
  };
}

/** A stored view and where it is seen from. */
export interface StoredView {
  /** Degrees. */
  readonly yaw: number;
  readonly picture: Picture;
}

/**
 * Loads a character and looks at it from stored yaws, one view pixel to a canvas pixel, over grey and over red: each
 * picture must be the generator's own view laid over that background.
 *
 * @param glb      the file's bytes
 * @param views    the generator's RGBA pictures at the yaws to test, all of one size
 * @param minimum  dB
 * @returns the lowest PSNR over the subject, in dB
 */
export async function expectViewsToMatch(
  stage: StagePage,
  served: Served,
  {
    engine,
    glb,
    views,
    minimum = 32,
    rightHanded = false,
  }: {
    readonly engine: EngineName;
    readonly glb: Uint8Array;
    readonly views: readonly StoredView[];
    readonly minimum?: number;
    readonly rightHanded?: boolean;
  },
): Promise<number> {
  const { width, height } = views[0]!.picture;
  const canvas = { width: width + 32, height: height + 32 };
  await stage.open({ engine, rightHanded, ...canvas });
  await stage.load(served.add('judged.glb', glb));
  // Where there is depth, perspective counts: they are looked at from where they were taken.
  const { views: stored, frame } = (await readCharacter(glb)).extension;
  const focal = stored[0]?.focal;
  const distance = focal === undefined ? {} : { distance: (focal * frame[0]) / 2 };
  let lowest = Infinity;
  for (const { yaw, picture } of views)
    for (const [name, background] of BACKGROUNDS) {
      const seen = await stage.shoot({ looks: [{ yaw, pixelsHigh: height, ...distance }], background });
      const expected = expectedPicture({ ...canvas, background, views: [[picture, 1]] });
      const found = psnr(seen.picture, expected, subjectOnly(picture, canvas.width));
      expect(found, `${engine}, yaw ${yaw}°, over ${name}`).toBeGreaterThanOrEqual(minimum);
      lowest = Math.min(lowest, found);
    }
  expect(stage.complaints).toEqual([]);
  return lowest;
}

/** Whether a canvas pixel shows any of the subject: background that matches by itself must not raise the score. */
function subjectOnly(view: Picture, canvasWidth: number): (pixel: number) => boolean {
  return (pixel) => {
    const [x, y] = [(pixel % canvasWidth) - 16, Math.floor(pixel / canvasWidth) - 16];
    if (x < 0 || y < 0 || x >= view.width || y >= view.height) return false;
    return view.data[(y * view.width + x) * 4 + 3]! > 0;
  };
}

export type { EngineName, Look, Placement, Rgb };
