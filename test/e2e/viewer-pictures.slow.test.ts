import { describe, expect, test } from 'vitest';
import {
  colourfulness,
  difference,
  line,
  page,
  patient,
  picture,
  pictureAt,
  radio,
  visit,
} from './viewer-page.ts';

/** What the viewer's choices show, to the pixel: a page takes half a minute on a software GPU. */

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
