import type { Browser, Page } from 'playwright-core';
import type { ViteDevServer } from 'vite';

export interface ViewerVisit {
  /** Pixels of the window. */
  readonly width: number;
  readonly height: number;
  readonly touch?: boolean | undefined;
  /** Runs in the page before its own scripts. */
  readonly before?: (() => void) | undefined;
  /** What else the page needs before it is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** The viewer in a window of its own, once it shows a character or says what is wrong, and what its console complains of. */
export async function openViewer(
  browser: Browser,
  server: ViteDevServer,
  address: string,
  { width, height, touch = false, before, prepare }: ViewerVisit,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: touch,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (before) await page.addInitScript(before);
  await prepare?.(page);
  await page.goto(`${server.resolvedUrls!.local[0]}${address}`);
  await page.waitForFunction(
    () =>
      document.querySelector('#details')?.childElementCount ||
      !document.querySelector('#message')?.hasAttribute('hidden'),
  );
  return { page, complaints };
}
