import { radians } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MARCH_QUALITIES, type MarchQuality } from '../../plugin/src/synthesis/index.ts';
import { FOCAL } from '../bench/truth/pictures.ts';
import { ellipsoidView } from '../bench-truth/ellipsoid.ts';
import type { Picture } from '../plugin/character-glb.ts';
import { canvas, expected, GREY, nearness, type Prepared, type Seen, SIZE } from './ellipsoid-characters.ts';
import { type EllipsoidStage, openEllipsoidStage } from './ellipsoid-stage.ts';
import type { Served } from './serve.ts';
import type { StagePage } from './stage-page.ts';

/** The shaders against the reference: what they draw from a file's textures, it draws from the same bytes. */

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
  const shoot = async (
    { glb, extension }: Prepared,
    { yaw, pitch, distance, pixelsHigh }: Seen,
    rightHanded = false,
    quality: MarchQuality = 'high',
  ): Promise<Picture> => {
    await stage.open({ engine, rightHanded, ...canvas });
    await stage.load(served.add('ellipsoid.glb', glb), { rotation: [10, 30, 0], scaling: [2, 2, 2] });
    await stage.page.evaluate((value) => window.stage.setQuality(value), quality);
    const unit = (FOCAL * extension.frame[0]) / 2;
    const { picture } = await stage.shoot({
      looks: [{ yaw, pitch, distance: distance * unit, pixelsHigh }],
      background: GREY,
    });
    expect(stage.complaints).toEqual([]);
    return picture;
  };

  test.each([
    { yaw: -5, pitch: 0, distance: 1, pixelsHigh: 64 },
    { yaw: 17, pitch: 0, distance: 1, pixelsHigh: 64 },
    { yaw: -12, pitch: 6, distance: 0.8, pixelsHigh: 70 },
    { yaw: -5, pitch: -4, distance: 4, pixelsHigh: 70 },
    { yaw: 3, pitch: 2, distance: 1.5, pixelsHigh: 25 },
  ])('draws what the reference draws at yaw $yaw, pitch $pitch from $distance away', async (look) => {
    // Both back ends and all of these turn a mirrored space in one place.
    for (const rightHanded of look.pitch === 0 ? [false] : [false, true])
      expect(nearness(await shoot(fan, look, rightHanded), expected(fan, look))).toBeGreaterThan(45);
  });

  test('so it does between three views of a grid, and there it is near to the truth', async () => {
    for (const [yaw, pitch] of [
      [-5, 1],
      [20, 9],
    ] as const) {
      const look = { yaw, pitch, distance: 1, pixelsHigh: SIZE };
      const picture = await shoot(grid, look);
      expect(nearness(picture, expected(grid, look))).toBeGreaterThan(45);
      const { image, mask } = ellipsoidView(1, radians(yaw), SIZE, 3, radians(pitch));
      const truth = new Uint8ClampedArray(picture.data.length);
      for (let k = 0; k < canvas.width * canvas.height; k++) {
        const [x, y] = [(k % canvas.width) - 16, Math.floor(k / canvas.width) - 8];
        const inside = x >= 0 && y >= 0 && x < SIZE && y < SIZE;
        const at = y * SIZE + x;
        const alpha = inside ? mask[at]! : 0;
        for (let c = 0; c < 3; c++) {
          // The picture is over a backdrop of .18.
          const over = inside ? (image.data[c * SIZE * SIZE + at]! - (1 - alpha) * 0.18 + alpha) / 2 : 0;
          truth[4 * k + c] = 255 * over + (1 - alpha) * GREY[c]!;
        }
      }
      expect(nearness(picture, { ...canvas, data: truth })).toBeGreaterThan(30);
    }
  });

  test('takes fewer steps where it is told to, as the reference does', async () => {
    const look = { yaw: -5, pitch: 3, distance: 1, pixelsHigh: 64 };
    for (const quality of ['medium', 'low'] as const) {
      const picture = await shoot(fan, look, false, quality);
      expect(nearness(picture, expected(fan, look, MARCH_QUALITIES[quality]))).toBeGreaterThan(45);
    }
  });

  test.runIf(engine === 'webgl2')('once round the character there is no hole and no jump', async () => {
    await shoot(fan, { yaw: 0, pitch: 3, distance: 1, pixelsHigh: SIZE });
    const unit = (FOCAL * fan.extension.frame[0]) / 2;
    let before: Picture | null = null;
    let widest = 0;
    for (let yaw = 0; yaw <= 360; yaw += 10) {
      const { picture, outside } = await stage.shoot({
        looks: [{ yaw, pitch: 3, distance: unit, pixelsHigh: SIZE }],
        background: GREY,
      });
      const turn = yaw > 180 ? yaw - 360 : yaw;
      expect(outside).toEqual([turn < -20.01 || turn > 25.01]);
      const covered = Array.from({ length: canvas.width * canvas.height }, (_, k) =>
        [0, 1, 2].some((c) => Math.abs(picture.data[4 * k + c]! - GREY[c]!) > 3),
      ).filter(Boolean).length;
      widest = Math.max(widest, covered);
      expect(covered, `${yaw}°`).toBeGreaterThan(0.9 * widest);
      // Behind, it looks round from one end to the other: 45° in 40°.
      if (before) expect(nearness(picture, before), `${yaw}°`).toBeGreaterThan(13);
      before = picture;
    }
    expect(stage.complaints).toEqual([]);
  });
});
