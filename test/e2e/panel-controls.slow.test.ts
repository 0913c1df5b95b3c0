import { expect, test } from 'vitest';
import { controls, open, page, patient, visit } from './panel-page.ts';

/** The panel, every control by its role, over a service that draws ellipsoids. */

const last = () => visit.previews.at(-1)!;
const seedAsked = () => last()?.seed;

test('controls change who is drawn, undo and redo go back and forth, by pointer and keys', async () => {
  await open();
  await controls.settled();
  expect(await controls.button('Undo').isDisabled()).toBe(true);
  expect(last()).toMatchObject({ seed: 4, truncation: 0.8, refine: true, edits: {} });
  await controls.number('Seed').fill('11');
  await controls.number('Seed').press('Enter');
  await patient(seedAsked).toBe(11);
  await controls.button('Next seed').click();
  await patient(seedAsked).toBe(12);
  await controls.button('Previous seed').click();
  await patient(seedAsked).toBe(11);
  await controls.button('Undo').click();
  await patient(seedAsked).toBe(12);
  await controls.slider(/^Variety/).fill('0.5');
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
  await controls.button('Reset').click();
  await patient(() => [last().refine, last().truncation, last().edits]).toEqual([true, 0.8, {}]);
  await page.getByRole('combobox', { name: 'Model' }).selectOption('one');
  expect(visit.complaints).toEqual([]);
});

test('it turns by sliders, keys and views, and shows depth, matte, chosen views, the error and both ways of drawing', async () => {
  await open();
  await controls.settled();
  const angle = () => page.getByRole('slider', { name: 'Yaw' }).getAttribute('aria-valuetext');
  const yaws = await controls.views().allInnerTexts();
  const [range] = [Number(yaws.at(-1)!.replace(/[+°]/g, ''))];
  await controls.views().last().click();
  await patient(angle).toContain(yaws.at(-1)!);
  await controls.slider('Yaw').fill('7');
  await patient(angle).toContain('+7°');
  await page.getByRole('img', { name: /^The character/ }).press('ArrowLeft');
  await patient(angle).toContain('+4°');
  expect(range).toBeGreaterThan(20);
  for (const name of ['Depth', 'Matte', 'Views']) await controls.radio(name).check();
  expect(await page.locator('.chosen figure').allInnerTexts()).toHaveLength(2);
  await controls.radio('Warp error').check();
  const figure = () => page.locator('.error-view .figure').innerText();
  await patient(figure).toMatch(/dB at \+4°$/);
  // Ellipsoids between views that are steps apart are drawn well, and at a stored view best.
  const decibels = async () => Number.parseFloat((await figure()).replace(/^no difference/, 'Infinity'));
  const between = await decibels();
  await controls.views().nth(6).click();
  await patient(figure).toMatch(/ at 0°$/);
  expect(await decibels()).toBeGreaterThan(between);
  expect(between).toBeGreaterThan(24);
  await controls.slider('Pitch').fill('10');
  await patient(figure).toContain('level views only');
  await controls.radio('Refined').check();
  await patient(() => last().refine).toBe(false);
  await patient(() => page.locator('.view').getAttribute('data-shown')).toBe('compare');
  const line = controls.slider(/^Line between refined and unrefined/);
  await line.press('Home');
  expect(await line.getAttribute('aria-valuenow')).toBe('0');
  await controls.radio('Character').check();
  await patient(() => line.isVisible()).toBe(false);
  expect(visit.complaints).toEqual([]);
});

test('characters are made, followed, cancelled, shown and downloaded', async () => {
  await open();
  await controls.settled();
  const { jobs } = visit;
  const job = (name: RegExp) =>
    page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: name });
  await controls.number('Characters').fill('2');
  await controls.number('Views').fill('5');
  await controls.number('From °').fill('-30');
  await controls.number('To °').fill('30');
  await controls.number('Triangles').fill('500');
  await controls.button('Export GLB').click();
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
  await controls.button(/^Cancel: 2 characters/).click();
  await patient(() => jobs.stopped.length).toBe(1);
  await patient(() => job(/^2 characters/).count()).toBe(0);
  await controls.number('Characters').fill('1');
  await controls.button('Export GLB').click();
  const downloading = page.waitForEvent('download');
  (await jobs.job(1)).end();
  expect((await downloading).suggestedFilename()).toBe('one-4.glb');
  await controls.button(/^Show: one, seed 4/).click();
  await patient(() => controls.views().count()).toBe(3);
  await controls.button(/^Contact sheet: one, seed 4/).click();
  expect(
    await page
      .getByRole('dialog')
      .getByRole('img')
      .evaluate((img: HTMLImageElement) => img.naturalWidth),
  ).toBe(2);
  await controls.button('Close').click();
  await page.getByRole('region', { name: 'Views' }).getByRole('button', { name: 'Contact sheet' }).click();
  const sheet = page.waitForEvent('download');
  await controls.button('Download PNG').click();
  expect((await sheet).suggestedFilename()).toBe('one-4-views.png');
  await page.keyboard.press('Escape');
  await controls.button(/^Remove: one, seed 4/).click();
  await patient(() => page.getByText('Nothing asked for yet.').isVisible()).toBe(true);
  expect(visit.complaints).toEqual([]);
});
