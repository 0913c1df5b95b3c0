import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canvas, GREY, type Prepared } from './ellipsoid-characters.ts';
import { type FanStage, openFanStage } from './ellipsoid-stage.ts';
import type { Shining } from './page/shadows.ts';
import type { StandIn } from './page/stage.ts';
import type { Served } from './serve.ts';
import type { StagePage } from './stage-page.ts';

/** Shadows that fall on characters, alone and in a crowd. */

let opened: FanStage;
let served: Served;
let stage: StagePage;
let fan: Prepared;

beforeAll(async () => {
  opened = await openFanStage();
  ({ served, stage, fan } = opened);
});

afterAll(() => opened?.close());

const DARKNESS = 0.4;
const [ALONE, IN_CROWD] = [62, 30];

async function shot(pixelsHigh: number): Promise<Uint8ClampedArray> {
  return (await stage.shoot({ looks: [{ yaw: 0, pixelsHigh }], background: GREY })).picture.data;
}

const receive = (shadows: boolean) =>
  stage.page.evaluate((wanted) => window.shadows.receive(wanted), shadows);

/** Frames without a character until it is drawn in shadows, or out of them. */
const settle = (shaded: boolean) => stage.page.evaluate((wanted) => window.shadows.settle(wanted), shaded);

async function under(shining: Omit<Shining, 'darkness'>, pixelsHigh: number): Promise<Uint8ClampedArray> {
  await stage.page.evaluate((given) => window.shadows.shine(given), { ...shining, darkness: DARKNESS });
  await settle(true);
  return await shot(pixelsHigh);
}

/**
 * What is left on average of the colours of a head whose frame is so high, within its outline.
 * @param x     of its middle, in pixels from the canvas' middle
 * @param side  its left or right part alone, up to some pixels from the middle
 */
function shareLeft(
  picture: Uint8ClampedArray,
  lit: Uint8ClampedArray,
  pixelsHigh: number,
  { x: middle = 0, side = 0 }: { readonly x?: number; readonly side?: -1 | 0 | 1 },
): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < canvas.height; row++)
    for (let column = 0; column < canvas.width; column++) {
      const x = column + 0.5 - canvas.width / 2 - middle;
      const y = row + 0.5 - canvas.height / 2;
      if (Math.hypot(x, y) > 0.28 * pixelsHigh || (side && side * x < 4)) continue;
      const at = 4 * (row * canvas.width + column);
      const colour = (data: Uint8ClampedArray): number => data[at]! + data[at + 1]! + data[at + 2]!;
      sum += colour(picture) / colour(lit);
      count++;
    }
  return sum / count;
}

function expectNear(share: number, wanted: number, what = ''): void {
  expect(Math.abs(share - wanted), `${what}: ${share}`).toBeLessThan(0.03);
}

const LEFT = { side: -1 } as const;
const RIGHT = { side: 1 } as const;

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  test('a character is as dark behind a wall as its light says, and as it was everywhere else', async () => {
    await stage.open({ engine, rightHanded: engine === 'webgpu', ...canvas });
    await stage.load(served.add('fan.glb', fan.glb));
    const lit = await shot(ALONE);

    // Who does not ask for shadows has none, and the same shader as before.
    const sun = { wall: 'whole', darkness: DARKNESS } as const;
    await stage.page.evaluate((given) => window.shadows.shine(given), sun);
    expect(await settle(false)).toBe(0);
    expect(await shot(ALONE)).toEqual(lit);

    // Nobody vanishes while the shader is compiled.
    await receive(true);
    expect(await settle(true)).toBe(0);

    for (const [light, filter] of [
      ['directional', 'none'],
      ['directional', 'pcf'],
      ['cascades', 'pcf'],
      ['spot', 'none'],
      ['point', 'none'],
    ] as const) {
      const dark = await under({ light, filter, wall: 'whole', own: true }, ALONE);
      expectNear(shareLeft(dark, lit, ALONE, {}), DARKNESS, `${light}, ${filter}`);
    }
    const half = await under({ filter: 'pcf', wall: 'right' }, ALONE);
    expectNear(shareLeft(half, lit, ALONE, LEFT), 1);
    expectNear(shareLeft(half, lit, ALONE, RIGHT), DARKNESS);
    // Of its own it has none, however rough the shape is that throws it.
    for (const filter of ['none', 'pcf'] as const)
      expect(await under({ filter, own: true }, ALONE)).toEqual(lit);
    expect(await under({ wall: 'behind', own: true }, ALONE)).toEqual(lit);

    // The light goes, and with it the shadow.
    await under({ wall: 'whole' }, ALONE);
    await stage.page.evaluate(() => window.shadows.extinguish());
    expect(await settle(false)).toBe(0);
    expect(await shot(ALONE)).toEqual(lit);
    expect(stage.complaints).toEqual([]);
  });

  test('in a crowd each member has the shadow that falls on it', async () => {
    await stage.open({ engine, rightHanded: engine === 'webgl2', ...canvas });
    const [wide, high] = fan.extension.frame;
    // The outer ones are turned so far that the last stored view goes with the camera.
    const members: StandIn[] = [0, -wide, wide].map((x) => ({
      position: [x, 0, 0],
      facing: x === 0 ? 0 : 35,
    }));
    const groups = [{ url: served.add('fan.glb', fan.glb), members }];
    await stage.page.evaluate((given) => window.stage.crowd(given), groups);
    const lit = await shot(IN_CROWD);
    await stage.page.evaluate(() => window.shadows.shine({ wall: 'whole', darkness: 0.4 }));
    await settle(false);
    expect(await shot(IN_CROWD)).toEqual(lit);
    await receive(true);
    expect(await under({ filter: 'pcf', own: true }, IN_CROWD)).toEqual(lit);
    const beside = (IN_CROWD * wide) / high;
    for (const filter of ['none', 'pcf'] as const) {
      const half = await under({ filter, wall: 'right', own: true }, IN_CROWD);
      for (const part of [{ x: -beside }, LEFT]) expectNear(shareLeft(half, lit, IN_CROWD, part), 1);
      for (const part of [{ x: beside }, RIGHT])
        expectNear(shareLeft(half, lit, IN_CROWD, part), DARKNESS, JSON.stringify(part));
    }
    await stage.page.evaluate(() => window.shadows.extinguish());
    await settle(false);
    expect(await shot(IN_CROWD)).toEqual(lit);
    expect(stage.complaints).toEqual([]);
  });
});
