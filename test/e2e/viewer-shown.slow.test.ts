import { degrees, radians, selectViews } from '@turnaround/plugin/asset';
import { expect, test } from 'vitest';
import {
  complaints,
  fan,
  forgive,
  line,
  mixed,
  page,
  patient,
  radio,
  said,
  turn,
  visit,
} from './viewer-page.ts';

/** The viewer's choices: compare with a cross-fade, see depth, see which views a picture is made of. */

test('the views that are mixed are named with their weights, and stand out in the strip', async () => {
  await visit('#fan.glb');
  const { views } = fan.extension;
  for (const yaw of [-20, -5, 3, 10, 22]) {
    await turn(yaw);
    const chosen = selectViews(views, radians(yaw)).samples.filter(({ weight }) => weight > 1e-3);
    const spelled = chosen.map(({ index, weight }) => {
      const turned = Math.round(degrees(views[index]!.yaw));
      return `${turned < 0 ? '−' : turned > 0 ? '+' : ''}${Math.abs(turned)}° ${Math.round(100 * weight)} %`;
    });
    const words = async () => (await mixed().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    await patient(words).toEqual(spelled);
    const weights = await page
      .locator('#strip canvas')
      .evaluateAll((cells) =>
        cells.map((cell) => Number((cell as HTMLElement).style.getPropertyValue('--weight') || 0)),
      );
    for (const [k, weight] of weights.entries())
      expect(weight).toBeCloseTo(chosen.find(({ index }) => index === k)?.weight ?? 0, 2);
    const told = await page.getByRole('slider', { name: 'Yaw' }).getAttribute('aria-valuetext');
    expect(told).toContain(`${Math.round(100 * chosen[0]!.weight)} % of the view at`);
  }
  // Each cell has its view's picture.
  const painted = await page
    .locator('#strip canvas')
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLCanvasElement).width));
  expect(painted).toEqual([64, 64, 64]);
});

test('of views in several heights three are mixed, each named with its height', async () => {
  await visit('#grid.glb');
  await turn(0);
  await patient(() => mixed().count()).toBe(3);
  expect((await mixed().allInnerTexts()).join()).toContain('from below');
  expect(await page.locator('#strip canvas').count()).toBe(6);
});

test('the line follows mouse and finger, and a narrow screen needs no sideways scrolling', async () => {
  await visit('?show=compare#fan.glb', { width: 360, touch: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const box = (await page.locator('#view').boundingBox())!;
  const y = box.y + box.height / 2;
  const yaw = await page.locator('#yaw').inputValue();
  await page.mouse.move(box.x + 60, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, y, { steps: 3 });
  await page.mouse.up();
  expect(Number(await line().getAttribute('aria-valuenow'))).toBeCloseTo(75, -0.5);
  const touch = await page.context().newCDPSession(page);
  const at = (x: number) => [{ x: box.x + x, y }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(90) });
  for (const x of [80, 60, 40, 30])
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(Number(await line().getAttribute('aria-valuenow'))).toBeCloseTo(25, -0.5);
  // Moving the line turns nobody.
  expect(await page.locator('#yaw').inputValue()).toBe(yaw);
});

test('a file without depth says why there is nothing to choose', async () => {
  await visit('?show=depth#flat.glb');
  expect(await radio('Depth').isDisabled()).toBe(true);
  expect(await page.locator('#note').innerText()).toContain('no depth');
  await page.locator('.card', { hasText: 'fan' }).click();
  await patient(() => radio('Depth').isEnabled()).toBe(true);
  expect(await page.locator('#note').isHidden()).toBe(true);
});

test('what is wrong is said: a file that is gone, one without a character, an unknown choice, no GPU adapter', async () => {
  await visit('#fan.glb', { missing: 'out/fan.glb' });
  await patient(said).toContain('404');
  expect(await radio('Depth').isDisabled()).toBe(true);
  await page.locator('#file').setInputFiles({
    name: 'cube.glb',
    mimeType: '',
    buffer: Buffer.from(emptyGlb()),
  });
  await patient(said).toContain('expected a node with TURNAROUND_impostor in cube.glb, got none');
  await page.context().close();
  forgive(/404/);
  expect(complaints).toEqual([]);
  await visit('?show=bones#fan.glb');
  expect(await said()).toContain('character, compare and depth');
  await page.context().close();
  await visit('?engine=webgpu#fan.glb', {
    before: () => {
      navigator.gpu.requestAdapter = () => Promise.resolve(null);
    },
  });
  expect(await said()).toContain('WebGPU does not start here');
  expect(await said()).toContain('WebGL2 shows the same');
  // Babylon reports it on the console as well.
  forgive(/adapter|WebGPU/i);
});

/** A glTF binary that is valid and has nothing in it but a node. */
function emptyGlb(): Uint8Array {
  const text = JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'cube' }],
  });
  const padded = text.padEnd((text.length + 3) & ~3);
  const bytes = Buffer.alloc(20 + padded.length);
  for (const [k, word] of [0x46546c67, 2, bytes.length, padded.length, 0x4e4f534a].entries())
    bytes.writeUInt32LE(word, 4 * k);
  bytes.write(padded, 20);
  return bytes;
}
