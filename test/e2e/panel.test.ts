import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import { expect, test } from 'vitest';
import { controls, open, page, patient, visit } from './panel-page.ts';

/** The panel for everyone: screen readers, narrow screens, both themes, and what it says where something is missing. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or worse. */
async function faults(): Promise<string[]> {
  // The page's policy forbids inline scripts; the browser's own door does not ask it.
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof Axe }).axe.run(document);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ''}`).join(' | ')}`,
      );
  });
}

test('axe finds nothing serious, light and dark, and a narrow screen needs no sideways scrolling', async () => {
  for (const [dark, width] of [
    [false, 360],
    [true, 1280],
  ] as const) {
    await open({ dark, width });
    await controls.settled();
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
  await controls.button('Connect').click();
  await patient(() => page.getByText('That is not its token.').isVisible()).toBe(true);
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await controls.button('Connect').click();
  // Nothing can be seen, but everything can be made.
  await patient(() => page.getByRole('heading', { name: /no WebGL2/ }).isVisible()).toBe(true);
  await controls.settled();
  await visit.service.stop();
  await controls.button('Next seed').click();
  await patient(() =>
    page
      .getByText(/^No service answers/)
      .first()
      .isVisible(),
  ).toBe(true);
});
