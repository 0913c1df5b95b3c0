import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { PITCHES, type Prepared, prepare } from './ellipsoid-characters.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** A page with the ellipsoid as a fan of views and as a grid of them. */
export interface EllipsoidStage {
  readonly served: Served;
  readonly browser: Browser;
  readonly stage: StagePage;
  readonly fan: Prepared;
  readonly grid: Prepared;
  close(): Promise<void>;
}

export async function openEllipsoidStage(): Promise<EllipsoidStage> {
  const [served, browser, fan, grid] = await Promise.all([
    serveStage(),
    launchBrowser(),
    prepare([0]),
    prepare(PITCHES),
  ]);
  const close = async (): Promise<void> => {
    await browser.close();
    await served.close();
  };
  return { served, browser, stage: await openStage(browser, served), fan, grid, close };
}
