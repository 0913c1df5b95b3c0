import { radians, selectViews } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCharacter } from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { FOCAL } from '../bench/truth/pictures.ts';
import { ellipsoidView } from '../bench-truth/ellipsoid.ts';
import type { Picture } from '../plugin/character-glb.ts';
import { canvas, GREY, nearness, SIZE, YAWS } from './ellipsoid-characters.ts';
import { type EllipsoidStage, openEllipsoidStage } from './ellipsoid-stage.ts';
import { crop, expectedPicture } from './pictures.ts';

/** What an impostor draws in the march's place: its views cross-faded, or their depth. */

let opened: EllipsoidStage;
/** The file's own views. */
let views: Picture[];

beforeAll(async () => {
  opened = await openEllipsoidStage();
  const { extension, atlas } = await readCharacter(opened.fan.glb);
  const decoded = await createImageCodec().decode(atlas.bytes);
  const picture = { ...decoded, data: new Uint8ClampedArray(decoded.data) };
  views = extension.views.map(({ rectangle }) => crop(picture, ...rectangle));
});

afterAll(async () => {
  await opened?.close();
});

const inPage = <T extends unknown[]>(does: (given: T) => unknown, ...given: T) =>
  opened.stage.page.evaluate(does as never, given as never);

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  const load = async (size: { width: number; height: number } = canvas): Promise<void> => {
    const { stage, served, fan } = opened;
    await stage.open({ engine, rightHanded: false, ...size });
    await stage.load(served.add('ellipsoid.glb', fan.glb), { rotation: [10, 30, 0], scaling: [2, 2, 2] });
  };
  /** From where the views were taken, one of their pixels to one of the canvas. */
  const from = (yaw: number) => ({
    yaw,
    distance: (FOCAL * opened.fan.extension.frame[0]) / 2,
    pixelsHigh: SIZE,
  });
  const shoot = async (...yaws: number[]): Promise<Picture> => {
    const { picture } = await opened.stage.shoot({ looks: yaws.map(from), background: GREY });
    expect(opened.stage.complaints).toEqual([]);
    return picture;
  };
  /** Stored views mixed by the weights that the plugin's own choice has at a yaw. */
  const mixed = (yaw: number): Picture =>
    expectedPicture({
      ...canvas,
      background: GREY,
      views: selectViews(opened.fan.extension.views, radians(yaw)).samples.map(({ index, weight }) => [
        views[index]!,
        weight,
      ]),
    });

  test('a cross-fade is the mean of the two views, which the march is not; at a stored view both are that view', async () => {
    await load();
    const marched = { halfWay: await shoot(-5), stored: await shoot(10) };
    await inPage(() => window.drawing.draw('crossfade'));
    for (const yaw of [-5, 3, 10, 20])
      expect(nearness(await shoot(yaw), mixed(yaw)), `${yaw}°`).toBeGreaterThan(45);
    expect(nearness(marched.halfWay, mixed(-5))).toBeLessThan(25);
    expect(nearness(marched.stored, mixed(10))).toBeGreaterThan(32);
    await inPage(() => window.drawing.draw('march'));
    expect(nearness(await shoot(-5), marched.halfWay)).toBeGreaterThan(60);
  });

  test('depth is grey that falls with the true depth, at a stored view and between two', async () => {
    await load();
    await shoot(0);
    await inPage(() => window.drawing.draw('depth'));
    const range = (await opened.stage.page.evaluate(() => window.insides.reliefBytes()))!.range;
    for (const [yaw, most, mean] of [
      [YAWS[1]!, 4, 1],
      [-5, 40, 4],
    ] as const) {
      const picture = await shoot(yaw);
      const { mask, depth } = ellipsoidView(1, radians(yaw), SIZE, 3);
      let [sum, worst, count] = [0, 0, 0];
      const seen: { depth: number; grey: number }[] = [];
      for (let k = 0; k < SIZE * SIZE; k++) {
        // What the rim mixes with the background has no depth.
        const around = [k - SIZE, k - 1, k, k + 1, k + SIZE];
        if (!around.every((pixel) => mask[pixel] === 1)) continue;
        const at = 4 * ((Math.floor(k / SIZE) + 8) * canvas.width + (k % SIZE) + 16);
        const [r, g, b] = picture.data.subarray(at, at + 3);
        expect([g, b]).toEqual([r, r]);
        const off = Math.abs(r! - (255 * (range.far - depth[k]!)) / (range.far - range.near));
        [sum, worst, count] = [sum + off, Math.max(worst, off), count + 1];
        seen.push({ depth: depth[k]!, grey: r! });
      }
      expect(count).toBeGreaterThan(700);
      expect(worst, `${yaw}°`).toBeLessThan(most);
      expect(sum / count, `${yaw}°`).toBeLessThan(mean);
      seen.sort((a, b) => a.depth - b.depth);
      const third = Math.floor(count / 3);
      const greys = (first: number) =>
        seen.slice(first, first + third).reduce((total, { grey }) => total + grey, 0) / third;
      expect(greys(0)).toBeGreaterThan(greys(third) + 10);
      expect(greys(third)).toBeGreaterThan(greys(2 * third) + 10);
    }
  });

  test('one camera may have a drawing of its own, beside one that has not', async () => {
    const [width, yaw] = [canvas.width, -5];
    await load();
    const marched = await shoot(yaw);
    await load({ ...canvas, width: 2 * width });
    await shoot(yaw, yaw);
    await inPage(() => window.drawing.drawForLook(1, 'crossfade'));
    const both = await shoot(yaw, yaw);
    expect(nearness(crop(both, 0, 0, width, canvas.height), marched)).toBeGreaterThan(60);
    expect(nearness(crop(both, width, 0, width, canvas.height), mixed(yaw))).toBeGreaterThan(45);
    await inPage(() => window.drawing.drawForLook(1, null));
    expect(nearness(crop(await shoot(yaw, yaw), width, 0, width, canvas.height), marched)).toBeGreaterThan(
      60,
    );
  });

  test('who does not ask for another drawing has no material for it, and all are freed', async () => {
    const materials = () => opened.stage.page.evaluate(() => window.insides.counts().materials!);
    await load();
    await shoot(0);
    await opened.stage.page.evaluate(() => window.stage.disposeImpostor());
    const without = await materials();
    await load();
    await shoot(0);
    const before = await materials();
    await inPage(() => window.drawing.draw('depth'));
    await inPage(() => window.drawing.draw('crossfade'));
    expect(await materials()).toBe(before + 2);
    await opened.stage.page.evaluate(() => window.stage.disposeImpostor());
    expect(await materials()).toBe(without);
  });

  test.runIf(engine === 'webgl2')('the state tells the views and weights that are drawn', async () => {
    await load();
    for (const yaw of [-25, -14, 10, 19]) {
      await shoot(yaw);
      const samples = await opened.stage.page.evaluate(() => window.drawing.samplesOf(0));
      const wanted = selectViews(opened.fan.extension.views, radians(yaw)).samples;
      const weightOf = (list: typeof wanted, view: number) =>
        list.find(({ index }) => index === view)?.weight ?? 0;
      for (const view of YAWS.keys())
        expect(weightOf(samples, view), `${yaw}°`).toBeCloseTo(weightOf(wanted, view), 4);
    }
  });
});
