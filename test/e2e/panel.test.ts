import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { type PanelVisit, patient, visitPanel } from './panel-page.ts';

/** The panel, every control by its role, over a service that draws ellipsoids. */

let visit: PanelVisit;
let page: Page;

async function open(options: Parameters<typeof visitPanel>[0] = {}): Promise<void> {
  visit = await visitPanel(options);
  page = visit.page;
}

afterEach(async () => {
  await page?.context().close();
  await visit?.service.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const slider = (name: string | RegExp) => page.getByRole('slider', { name });
const number = (name: string) => page.getByRole('spinbutton', { name, exact: true });
const radio = (name: string) => page.getByRole('radio', { name, exact: true });
const views = () => page.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button');
const last = () => visit.previews.at(-1)!;
const seedAsked = () => last()?.seed;

/** All views of the subject that the controls name are on the stage. */
const settled = () => patient(() => views().count()).toBe(13);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or worse. */
async function faults(): Promise<string[]> {
  // The page's policy forbids inline scripts; the browser's own door does not ask it.
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe comes as text
    const { violations } = await (globalThis as any).axe.run(document);
    return violations
      .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }: { id: string; nodes: { html: string; any: { message: string }[] }[] }) =>
          `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ''}`).join(' | ')}`,
      );
  });
}

test('controls change who is drawn, undo and redo go back and forth, by pointer and keys', async () => {
  await open();
  await settled();
  expect(last()).toMatchObject({ seed: 4, truncation: 0.8, refine: true, edits: {} });
  await number('Seed').fill('11');
  await number('Seed').press('Enter');
  await patient(seedAsked).toBe(11);
  await button('Next seed').click();
  await patient(seedAsked).toBe(12);
  await button('Previous seed').click();
  await patient(seedAsked).toBe(11);
  await button('Undo').click();
  await patient(seedAsked).toBe(12);
  await slider(/^Variety/).fill('0.5');
  await patient(() => last().truncation).toBe(0.5);
  const direction = page.getByRole('slider', { name: /^Component/ }).first();
  await direction.focus();
  await direction.evaluate((input: HTMLInputElement) => {
    for (let k = 0; k < 5; k++) {
      input.stepUp();
      input.dispatchEvent(new Event('input'));
    }
  });
  const name = (await page.locator('label[for=direction0]').innerText()).replace(/^C/, 'c');
  await patient(() => last().edits[name]).toBeCloseTo(0.5, 5);
  // Five moves are one step.
  await direction.press('Control+z');
  await patient(() => last().edits).toEqual({});
  await direction.press('Control+Shift+z');
  await patient(() => last().edits[name]).toBeCloseTo(0.5, 5);
  await page.getByRole('checkbox', { name: /refined/ }).uncheck();
  await patient(() => last().refine).toBe(false);
  await button('Reset').click();
  await patient(() => [last().refine, last().truncation, last().edits]).toEqual([true, 0.8, {}]);
  await page.getByRole('combobox', { name: 'Model' }).selectOption('one');
  expect(visit.complaints).toEqual([]);
});

test('it turns by sliders, keys and views, and shows depth, matte, chosen views, the error and both ways of drawing', async () => {
  await open();
  await settled();
  const angle = () => page.getByRole('slider', { name: 'Yaw' }).getAttribute('aria-valuetext');
  const yaws = await views().allInnerTexts();
  const [range] = [Number(yaws.at(-1)!.replace(/[+°]/g, ''))];
  await views().last().click();
  await patient(angle).toContain(yaws.at(-1)!);
  await slider('Yaw').fill('7');
  await patient(angle).toContain('+7°');
  await page.getByRole('img', { name: /^The character/ }).press('ArrowLeft');
  await patient(angle).toContain('+4°');
  expect(range).toBeGreaterThan(20);
  for (const name of ['Depth', 'Matte', 'Views']) await radio(name).check();
  expect(await page.locator('.chosen figure').allInnerTexts()).toHaveLength(2);
  await radio('Warp error').check();
  const figure = () => page.locator('.error-view .figure').innerText();
  await patient(figure).toMatch(/dB at \+4°$/);
  // Ellipsoids between views that are steps apart are drawn well, and at a stored view best.
  const decibels = async () => Number.parseFloat((await figure()).replace(/^no difference/, 'Infinity'));
  const between = await decibels();
  await views().nth(6).click();
  await patient(figure).toMatch(/ at 0°$/);
  expect(await decibels()).toBeGreaterThan(between);
  expect(between).toBeGreaterThan(24);
  await slider('Pitch').fill('10');
  await patient(figure).toContain('level views only');
  await radio('Refined').check();
  await patient(() => last().refine).toBe(false);
  await patient(() => page.locator('.view').getAttribute('data-shown')).toBe('compare');
  const line = slider(/^Line between refined and unrefined/);
  await line.press('Home');
  expect(await line.getAttribute('aria-valuenow')).toBe('0');
  await radio('Character').check();
  await patient(() => line.isVisible()).toBe(false);
  expect(visit.complaints).toEqual([]);
});

test('characters are made, followed, cancelled, shown and downloaded', async () => {
  await open();
  await settled();
  const { jobs } = visit;
  const job = (name: RegExp) =>
    page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: name });
  await number('Characters').fill('2');
  await number('Views').fill('5');
  await number('From °').fill('-30');
  await number('To °').fill('30');
  await number('Triangles').fill('500');
  await button('Export GLB').click();
  const first = await jobs.job(0);
  expect(first.task.request).toMatchObject({
    ...{ seeds: [4, 5], views: 5, range: { from: -30, to: 30 }, triangles: 500, truncation: 0.8 },
  });
  first.hooks.progress({ stage: 'characters', done: 1, total: 2 });
  await patient(() => job(/^2 characters/).innerText()).toContain('characters: 1 of 2');
  expect(
    await job(/^2 characters/)
      .getByRole('progressbar')
      .getAttribute('value'),
  ).toBe('1');
  await button(/^Cancel: 2 characters/).click();
  await patient(() => jobs.stopped.length).toBe(1);
  await patient(() => job(/^2 characters/).count()).toBe(0);
  await number('Characters').fill('1');
  await button('Export GLB').click();
  const downloading = page.waitForEvent('download');
  (await jobs.job(1)).end();
  expect((await downloading).suggestedFilename()).toBe('one-4.glb');
  await button(/^Show: one, seed 4/).click();
  await patient(() => views().count()).toBe(3);
  await button(/^Contact sheet: one, seed 4/).click();
  expect(
    await page
      .getByRole('dialog')
      .getByRole('img')
      .evaluate((img: HTMLImageElement) => img.naturalWidth),
  ).toBe(2);
  await button('Close').click();
  await page.getByRole('region', { name: 'Views' }).getByRole('button', { name: 'Contact sheet' }).click();
  const sheet = page.waitForEvent('download');
  await button('Download PNG').click();
  expect((await sheet).suggestedFilename()).toBe('one-4-views.png');
  await page.keyboard.press('Escape');
  await button(/^Remove: one, seed 4/).click();
  await patient(() => page.getByText('Nothing asked for yet.').isVisible()).toBe(true);
  expect(visit.complaints).toEqual([]);
});

test('axe finds nothing serious, light and dark, and a narrow screen needs no sideways scrolling', async () => {
  for (const [dark, width] of [
    [false, 360],
    [true, 1280],
  ] as const) {
    await open({ dark, width });
    await settled();
    expect(await faults(), dark ? 'dark' : 'light').toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    if (!dark) await page.context().close();
    if (!dark) await visit.service.stop();
  }
});

test('what is wrong is said: a token that is wanted, a service that has gone, no WebGL', async () => {
  const token = 'a-token-of-enough-characters';
  await open({
    settings: { token },
    before: () => {
      HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext, {
        apply: (get, canvas, [kind, ...rest]) =>
          /webgl/.test(kind) ? null : Reflect.apply(get, canvas, [kind, ...rest]),
      });
    },
  });
  await patient(() => page.getByRole('alert').allInnerTexts()).toContainEqual(
    expect.stringContaining('token'),
  );
  await page.getByRole('textbox', { name: 'Token' }).fill('another-token-that-is-wrong');
  await button('Connect').click();
  await patient(() => page.getByText('That is not its token.').isVisible()).toBe(true);
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await button('Connect').click();
  // Nothing can be seen, but everything can be made.
  await patient(() => page.getByRole('heading', { name: /no WebGL2/ }).isVisible()).toBe(true);
  await settled();
  await visit.service.stop();
  await button('Next seed').click();
  await patient(() =>
    page
      .getByText(/^No service answers/)
      .first()
      .isVisible(),
  ).toBe(true);
});
