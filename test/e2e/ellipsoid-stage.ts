import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { PITCHES, type Prepared, prepare } from './ellipsoid-characters.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** A page with the ellipsoid as a fan of views. */
export interface FanStage {
  readonly served: Served;
  readonly browser: Browser;
  readonly stage: StagePage;
  readonly fan: Prepared;
  close(): Promise<void>;
}

/** And as a grid of them. */
export interface EllipsoidStage extends FanStage {
  readonly grid: Prepared;
}

export async function openFanStage(): Promise<FanStage> {
  const [served, browser, fan] = await Promise.all([serveStage(), launchBrowser(), prepare([0])]);
  const close = async (): Promise<void> => {
    await browser.close();
    await served.close();
  };
  return { served, browser, stage: await openStage(browser, served), fan, close };
}

export async function openEllipsoidStage(): Promise<EllipsoidStage> {
  const [opened, grid] = await Promise.all([openFanStage(), prepare(PITCHES)]);
  return { ...opened, grid };
}
