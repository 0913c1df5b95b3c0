import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canvas, GREY, type Prepared } from './ellipsoid-characters.ts';
import { type FanStage, openFanStage } from './ellipsoid-stage.ts';
import type { Served } from './serve.ts';
import type { StagePage } from './stage-page.ts';

/** What a scene has about a character, alone and in a crowd: fog, image processing, shadows, picking. */

let opened: FanStage;
let served: Served;
let stage: StagePage;
let fan: Prepared;

beforeAll(async () => {
  opened = await openFanStage();
  ({ served, stage, fan } = opened);
});

afterAll(() => opened?.close());

const LOOK = { yaw: 0, pixelsHigh: 62 };
const CENTRE = [canvas.width / 2, canvas.height / 2] as const;

async function shot(): Promise<Uint8ClampedArray> {
  return (await stage.shoot({ looks: [LOOK], background: GREY })).picture.data;
}

/** RGB at a place. */
const at = (data: Uint8ClampedArray, [x, y]: readonly [number, number]): number[] => {
  const i = 4 * (y * canvas.width + x);
  return [...data.subarray(i, i + 3)];
};

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((value, c) => {
    expect(Math.abs(value - wanted[c]!)).toBeLessThanOrEqual(3);
  });
}

const toLinear = (byte: number): number => (byte / 255) ** 2.2;
const toByte = (light: number): number => 255 * Math.min(1, light) ** (1 / 2.2);

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  test.each(['alone', 'in a crowd'])('a character %s stands in its scene', async (how) => {
    await stage.open({ engine, rightHanded: false, ...canvas });
    const url = served.add('fan.glb', fan.glb);
    if (how === 'alone') await stage.load(url);
    else
      await stage.page.evaluate(
        (address) => window.stage.crowd([{ url: address, members: [{ position: [0, 0, 0] }] }]),
        url,
      );
    const plain = at(await shot(), CENTRE);

    // Fog: half of the character, half of the fog; none of it where nothing stands.
    await stage.page.evaluate(() => window.surroundings.halfFog([1, 0, 0.5]));
    const foggy = await shot();
    expectNear(
      at(foggy, CENTRE),
      plain.map((value, c) => (value + [255, 0, 127.5][c]!) / 2),
    );
    expectNear(at(foggy, [2, 2]), GREY);
    await stage.page.evaluate(() => window.surroundings.noFog());

    // Exposure in linear light; with a tone mapping something else.
    await stage.page.evaluate(() => window.surroundings.expose(1.5, false));
    expectNear(
      at(await shot(), CENTRE),
      plain.map((value) => toByte(1.5 * toLinear(value))),
    );
    await stage.page.evaluate(() => window.surroundings.expose(1, true));
    const mapped = at(await shot(), CENTRE);
    expect(Math.max(...mapped.map((value, c) => Math.abs(value - plain[c]!)))).toBeGreaterThan(5);
    await stage.page.evaluate(() => window.surroundings.expose(1, false));

    // A ray hits the head, not the corner of what it is drawn on.
    const picked = ([x, y]: readonly [number, number]) =>
      stage.page.evaluate(([px, py]) => window.surroundings.picked(px, py), [x, y] as const);
    expect(await picked(CENTRE)).toBe(how === 'alone' ? 'character' : 'member at 0');
    expect(await picked([CENTRE[0] - 29, CENTRE[1] - 29])).toBe('nothing');

    // The shadow on the wall behind, which is white as the lit corner is: as large as a head, and aside of it.
    await stage.page.evaluate(() => window.surroundings.wall());
    const shaded = await shot();
    const lit = at(shaded, [2, 2])[0]!;
    let [darker, right] = [0, 0];
    for (let y = 0; y < canvas.height; y++)
      for (let x = 0; x < canvas.width; x++) {
        const [red, green, blue] = at(shaded, [x, y]) as [number, number, number];
        const grey = Math.max(red, green, blue) - Math.min(red, green, blue) < 8;
        if (!grey || red > lit - 40) continue;
        darker++;
        if (x > CENTRE[0]) right++;
      }
    // The ellipsoid fills about .38 · .44 · π of its frame's square, some of which hides its own shadow.
    expect(darker).toBeGreaterThan(0.15 * 62 * 62);
    expect(darker).toBeLessThan(0.8 * 62 * 62);
    expect(right / darker).toBeGreaterThan(0.9);
    expect(stage.complaints).toEqual([]);
  });
});
