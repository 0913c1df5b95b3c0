import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOCAL } from '../bench/truth/pictures.ts';
import { canvas, expected, GREY, nearness, type Prepared, SIZE } from './ellipsoid-characters.ts';
import { type EllipsoidStage, openEllipsoidStage } from './ellipsoid-stage.ts';
import type { StandIn } from './page/stage.ts';
import type { Served } from './serve.ts';
import type { StagePage } from './stage-page.ts';

/** A crowd's shaders against the same reference. */

let opened: EllipsoidStage;
let served: Served;
let stage: StagePage;
let fan: Prepared;
let grid: Prepared;

beforeAll(async () => {
  opened = await openEllipsoidStage();
  ({ served, stage, fan, grid } = opened);
});

afterAll(async () => {
  await opened?.close();
});

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  test.each([false, true])(
    'a crowd draws each of its members as it would be drawn alone (right-handed: %s)',
    async (rightHanded) => {
      const look = { yaw: -5, pitch: 3, distance: 1.2, pixelsHigh: 62 };
      const unit = (FOCAL * fan.extension.frame[0]) / 2;
      const urls = [served.add('fan.glb', fan.glb), served.add('grid.glb', grid.glb)] as const;
      for (const [k, character] of [fan, grid].entries()) {
        await stage.open({ engine, rightHanded, ...canvas });
        // The other one stands behind the camera, and a third out of sight beyond the edge.
        const members = [{ position: [1, 0.5, -2] as [number, number, number], facing: 40, scale: 3 }];
        const others = [{ position: [60, 0, 60] as [number, number, number] }];
        await stage.page.evaluate(
          (groups) => window.stage.crowd(groups),
          [
            { url: urls[k]!, members },
            { url: urls[1 - k]!, members: others },
          ],
        );
        const { picture } = await stage.shoot({
          looks: [{ ...look, distance: look.distance * unit }],
          background: GREY,
        });
        expect(stage.complaints).toEqual([]);
        expect(nearness(picture, expected(character, look))).toBeGreaterThan(45);
      }
    },
  );

  test('no level of detail pops: not by size, nor by yaw where one view is shown', async () => {
    await stage.open({ engine, rightHanded: false, ...canvas });
    const unit = (FOCAL * fan.extension.frame[0]) / 2;
    await stage.page.evaluate(
      (groups) => window.stage.crowd(groups),
      [{ url: served.add('fan.glb', fan.glb), members: [{ position: [0, 0, 0] }] as StandIn[] }],
    );
    const seen = async (yaw: number, pixelsHigh: number): Promise<Uint8ClampedArray> => {
      const looks = [{ yaw, distance: 2 * unit, pixelsHigh }];
      return (await stage.shoot({ looks, background: GREY })).picture.data;
    };
    const change = (a: Uint8ClampedArray, b: Uint8ClampedArray): number =>
      Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0) / a.length);
    // Half-way between stored views, either side of where steps are saved.
    for (const share of [0.75, 0.3]) {
      const size = share * SIZE;
      const [below, above] = [await seen(-5, size - 0.1), await seen(-5, size + 0.1)];
      const next = await seen(-5, size + 0.3);
      expect(change(below, above)).toBeLessThan(1.5 * change(above, next) + 0.3);
    }
    // A member of a few pixels shows its nearest view: −20° and 10° meet at −5°.
    const turn: Uint8ClampedArray[] = [];
    for (let yaw = -8; yaw <= -2; yaw += 0.5) turn.push(await seen(yaw, 0.08 * SIZE));
    const changes = turn.slice(1).map((picture, k) => change(picture, turn[k]!));
    const whole = change(turn[0]!, turn.at(-1)!);
    expect(whole).toBeGreaterThan(0.2);
    expect(Math.max(...changes)).toBeLessThan(0.35 * whole);
    expect(stage.complaints).toEqual([]);
  });

  test('in a crowd the nearer one hides the farther one, from both sides', async () => {
    await stage.open({ engine, rightHanded: false, ...canvas });
    const unit = (FOCAL * fan.extension.frame[0]) / 2;
    const depth = 0.2 * unit;
    await stage.page.evaluate(
      (groups) => window.stage.crowd(groups),
      [
        {
          url: served.add('fan.glb', fan.glb),
          members: [
            { position: [0, 0, 0], tint: [1, 0, 0, 1] },
            { position: [0, 0, depth], tint: [0, 0, 1, 1] },
          ] as StandIn[],
        },
      ],
    );
    const at = (yaw: number) => ({ yaw, distance: 2 * unit, pixelsHigh: SIZE });
    /** Colours in the middles of the looks' parts of the canvas. */
    const middles = async (...yaws: number[]): Promise<number[][]> => {
      const { picture } = await stage.shoot({ looks: yaws.map(at), background: GREY });
      return yaws.map((_, k) => {
        const column = Math.floor(((k + 0.5) * canvas.width) / yaws.length);
        const place = 4 * ((canvas.height / 2) * canvas.width + column);
        return [...picture.data.subarray(place, place + 3)];
      });
    };
    // Each by itself, and both in one frame, where either camera has an order of its own.
    const shots = [...(await middles(0)), ...(await middles(180)), ...(await middles(0, 180))];
    for (const [k, [red, green, blue]] of shots.entries()) {
      expect(green).toBe(0);
      // The second one stands on the subject's +Z, before the first one's face.
      expect(k % 2 === 0 ? red : blue).toBe(0);
      expect(k % 2 === 0 ? blue : red).toBeGreaterThan(20);
    }
    expect(stage.complaints).toEqual([]);
  });

  test('a member hides a character that stands alone behind it, and is hidden by one before it', async () => {
    const unit = (FOCAL * fan.extension.frame[0]) / 2;
    const url = served.add('fan.glb', fan.glb);
    for (const [side, hidden] of [
      [1, false],
      [-1, true],
    ] as const) {
      await stage.open({ engine, rightHanded: false, ...canvas });
      await stage.load(url, { position: [0, 0, 0.2 * unit * side] });
      // Many of them, whose middle is nearer to the camera than the one who is alone.
      const members: StandIn[] = [
        { position: [0, 0, 0], tint: [1, 0, 0, 1] },
        { position: [0, 0, 3 * unit], tint: [1, 0, 0, 1] },
      ];
      await stage.page.evaluate((groups) => window.stage.crowd(groups), [{ url, members }]);
      const { picture } = await stage.shoot({
        looks: [{ yaw: 0, distance: 2 * unit, pixelsHigh: SIZE }],
        background: GREY,
      });
      const at = 4 * ((canvas.height / 2) * canvas.width + canvas.width / 2);
      const [, green, blue] = picture.data.subarray(at, at + 3);
      if (hidden) expect([green, blue]).toEqual([0, 0]);
      else expect(green! + blue!).toBeGreaterThan(20);
      expect(stage.complaints).toEqual([]);
    }
  });
});
