import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import {
  findPanel,
  type JobTask,
  type PreviewTask,
  type ServiceSettings,
} from '../../generator/src/service/index.ts';
import type { JobAsset } from '../../generator/src/service/jobs/job.ts';
import { HeldRunner, serveForTest, type TestService } from '../generator/service/harness.ts';
import { launchBrowser } from './browser.ts';
import { ellipsoidFile } from './ellipsoid-characters.ts';

/**
 * The panel's page as `turnaround serve` serves it, over a service whose characters are ellipsoids: previews are drawn, jobs wait
 * until a test says how they end.
 */

export interface PanelVisit {
  readonly service: TestService;
  readonly page: Page;
  /** What has been asked for, newest last. */
  readonly previews: PreviewTask[];
  readonly jobs: HeldRunner;
  readonly complaints: string[];
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** A stage that a software GPU fills at once. */
const SMALL = '.view { height: 100px !important; min-height: 0 !important; width: 120px; }';

export interface VisitOptions {
  readonly width?: number;
  readonly dark?: boolean;
  readonly settings?: Partial<ServiceSettings>;
  readonly before?: () => void;
  /** Another document of the service, for a host that is no page of its own; its policy is left out. */
  readonly path?: string;
}

export async function visitPanel({
  width = 1000,
  dark = false,
  settings = {},
  before,
  path,
}: VisitOptions = {}): Promise<PanelVisit> {
  const previews: PreviewTask[] = [];
  const jobs = new HeldRunner(writeEllipsoids);
  const maker = {
    make(task: PreviewTask) {
      previews.push(task);
      return ellipsoidFile(task.yaws.map((yaw) => Math.round(1e4 * degrees(yaw)) / 1e4));
    },
    close: async () => {},
  };
  const panel = findPanel();
  expect(panel, 'the panel is built: npm run build').not.toBeNull();
  const service = await serveForTest(jobs.run, { panel, ...settings }, maker);
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    bypassCSP: path !== undefined,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (before) await page.addInitScript(before);
  await page.addInitScript((css) => {
    // The panel lives in a shadow tree, whose styles are its own.
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      queueMicrotask(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      });
      return root;
    };
  }, SMALL);
  await page.goto(service.url + (path ?? ''));
  return { service, page, previews, jobs, complaints };
}

/** A software GPU beside other work takes its time. */
export const patient = <T>(what: () => T) => expect.poll(what, { timeout: 40_000 });

/** The panel's controls by their roles. */
const controlsOf = (page: Page) => ({
  button: (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }),
  slider: (name: string | RegExp) => page.getByRole('slider', { name }),
  number: (name: string) => page.getByRole('spinbutton', { name, exact: true }),
  radio: (name: string) => page.getByRole('radio', { name, exact: true }),
  views: () => page.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button'),
  /** All views of the subject that the controls name are on the stage. */
  settled: () =>
    patient(() =>
      page.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button').count(),
    ).toBe(13),
});

async function writeEllipsoids({ request, folders: { out } }: JobTask): Promise<JobAsset[]> {
  if (request.kind !== 'generate') return [];
  mkdirSync(out, { recursive: true });
  const sheet = { width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) };
  writeFileSync(join(out, 'contact-sheet.png'), await createImageCodec().encodePng(sheet));
  const bytes = await ellipsoidFile([-20, 0, 20]);
  return request.seeds.map((seed) => {
    const file = `${seed}.glb`;
    writeFileSync(join(out, file), bytes);
    return { id: createHash('sha256').update(bytes).digest('hex'), file, bytes: bytes.byteLength };
  });
}

/** The visit of the test that runs, closed after it. */
export let visit: PanelVisit;
export let page: Page;
export let controls: ReturnType<typeof controlsOf>;

export async function open(options: VisitOptions = {}): Promise<void> {
  visit = await visitPanel(options);
  page = visit.page;
  controls = controlsOf(page);
}

afterEach(async () => {
  await page?.context().close();
  await visit?.service.stop();
});
