import { radians } from '@turnaround/plugin/asset';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { standingFrame } from '../../generator/src/impostor/character.ts';
import { writeCharacter } from '../../generator/src/impostor/write-character.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { characterGlb, letterView, type Picture } from '../plugin/character-glb.ts';
import { fanExtension } from '../plugin/impostor/scenes.ts';
import { hasShared, sharedReason } from '../shared.ts';
import { launchBrowser } from './browser.ts';
import { crop, expectedPicture, mirrored, psnr, type Rgb } from './pictures.ts';
import { type Served, serveStage } from './serve.ts';
import { expectViewsToMatch, openStage, type Placement, type StagePage } from './stage-page.ts';
import { sweepViews } from './sweeps.ts';

const YAWS = [-40, -20, 0, 20, 40];
const SIZE = 64;
const GREY: Rgb = [128, 128, 128];
const canvas = { width: 128, height: 96 };

let served: Served;
let browser: Browser;
let stage: StagePage;
let views: Picture[];
let glb: Uint8Array;

beforeAll(async () => {
  [served, browser, views] = await Promise.all([
    serveStage(),
    launchBrowser(),
    Promise.all(YAWS.map((yaw) => letterView(yaw, SIZE))),
  ]);
  glb = await characterGlb({ views, yaws: YAWS, pivot: [0.2, 1, -0.1] });
  stage = await openStage(browser, served);
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  const load = async (rightHanded: boolean, placement: Placement = {}, bytes = glb) => {
    await stage.open({ engine, rightHanded, ...canvas });
    await stage.load(served.add('character.glb', bytes), placement);
  };
  const show = async (
    yaw: number,
    options: { pitch?: number; pixelsHigh?: number; background?: Rgb } = {},
  ) => {
    const { background = GREY, pixelsHigh = SIZE, pitch = 0 } = options;
    return await stage.shoot({ looks: [{ yaw, pitch, pixelsHigh }], background });
  };
  const expected = (
    parts: readonly (readonly [number, number])[],
    scale: [number, number] = [1, 1],
    background = GREY,
  ) =>
    expectedPicture({ ...canvas, background, scale, views: parts.map(([k, weight]) => [views[k]!, weight]) });

  test.each([false, true])(
    'five stored yaws give the stored views, right-handed: %s',
    async (rightHanded) => {
      const stored = YAWS.map((yaw, k) => ({ yaw, picture: views[k]! }));
      const lowest = await expectViewsToMatch(stage, served, { engine, glb, views: stored, rightHanded });
      expect(lowest).toBeGreaterThan(45);
    },
  );

  test.skipIf(!hasShared)(`rendered people at five stored yaws${sharedReason}`, async () => {
    const yaws = [-60, -30, 0, 15, 60];
    const pictures = await sweepViews(3, yaws);
    const person = await characterGlb({ views: pictures, yaws, frameHeight: 0.304 });
    const stored = yaws.map((yaw, k) => ({ yaw, picture: pictures[k]! }));
    expect(await expectViewsToMatch(stage, served, { engine, glb: person, views: stored })).toBeGreaterThan(
      45,
    );
  });

  /** Views at these yaws as the generator's writer puts them into a file: lossy WebP by default. */
  const written = async (pictures: readonly Picture[], yaws: readonly number[], texture: 'webp' | 'png') =>
    await writeCharacter(
      createImageCodec(),
      {
        views: pictures.map((image, k) => ({ image, yaw: radians(yaws[k]!), pitch: 0 })),
        ...standingFrame(pictures[0]!),
        calibrated: false,
        provenance: fanExtension().provenance,
      },
      { texture },
    );

  test.each([
    ['webp', 32],
    ['png', 45],
  ] as const)("the generator's own files, as %s: above %d dB", async (texture, minimum) => {
    const yaws = [-50, -20, 0, 20, 50];
    const pictures = hasShared
      ? await sweepViews(5, yaws)
      : await Promise.all(yaws.map((yaw) => letterView(yaw, 128)));
    const stored = yaws.map((yaw, k) => ({ yaw, picture: pictures[k]! }));
    const file = await written(pictures, yaws, texture);
    const lowest = await expectViewsToMatch(stage, served, { engine, glb: file, views: stored, minimum });
    expect(lowest).toBeGreaterThanOrEqual(minimum);
  });

  const placements: [string, boolean, Placement][] = [
    [
      'turned, moved and scaled',
      false,
      { position: [3, -2, 5], rotation: [20, 130, -35], scaling: [2.5, 2.5, 2.5] },
    ],
    [
      'turned, moved and scaled',
      true,
      { position: [3, -2, 5], rotation: [20, 130, -35], scaling: [2.5, 2.5, 2.5] },
    ],
    [
      'below a placed parent',
      false,
      {
        rotation: [0, 77, 0],
        parent: { position: [9, 1, 0], rotation: [0, 0, 90], scaling: [0.1, 0.1, 0.1] },
      },
    ],
    ['with a negative scale', false, { scaling: [-1, 1, 1], rotation: [0, 40, 0] }],
    ['with a negative scale', true, { scaling: [1, 1, -1] }],
  ];
  test.each(placements)(
    '%s (right-handed: %s), the picture is the same and not mirrored',
    async (_, rightHanded, placement) => {
      await load(rightHanded, placement);
      for (const [k, yaw] of YAWS.entries()) {
        if (k % 2) continue;
        const { picture, views: chosen } = await show(yaw);
        expect(chosen).toEqual([k]);
        expect(psnr(picture, expected([[k, 1]]))).toBeGreaterThan(40);
        expect(psnr(picture, mirrored(expected([[k, 1]])))).toBeLessThan(20);
      }
    },
  );

  test.each([false, true])(
    'unevenly scaled, the picture is stretched with the node (right-handed: %s)',
    async (rightHanded) => {
      await load(rightHanded, { scaling: [1.5, 1, 1] });
      const { picture } = await show(0);
      expect(psnr(picture, expected([[2, 1]], [1.5, 1]))).toBeGreaterThan(38);
    },
  );

  test('between two stored yaws both are mixed by angle', async () => {
    await load(false);
    expect(
      psnr(
        (await show(10)).picture,
        expected([
          [2, 0.5],
          [3, 0.5],
        ]),
      ),
    ).toBeGreaterThan(42);
    expect(
      psnr(
        (await show(-35)).picture,
        expected([
          [0, 0.75],
          [1, 0.25],
        ]),
      ),
    ).toBeGreaterThan(42);
    expect(psnr((await show(-35)).picture, expected([[0, 1]]))).toBeLessThan(38);
  });

  test('beyond the range the last view goes with the camera, the right way round', async () => {
    await load(false);
    for (const [yaw, k] of [
      [60, 4],
      [100, 4],
      [-75, 0],
      [155, 4],
      [-159, 0],
      [180, 2],
    ] as const) {
      const { picture, views: chosen, outside } = await show(yaw);
      expect([chosen, outside]).toEqual([[k], [true]]);
      expect(psnr(picture, expected([[k, 1]])), `${yaw}`).toBeGreaterThan(30);
      expect(psnr(picture, mirrored(expected([[k, 1]])))).toBeLessThan(24);
    }
  });

  test("the camera's pitch tilts the picture and chooses no other", async () => {
    await load(false);
    const { picture, views: chosen } = await show(20, { pitch: 50 });
    expect(chosen).toEqual([3]);
    expect(psnr(picture, expected([[3, 1]], [1, Math.cos((50 * Math.PI) / 180)]))).toBeGreaterThan(30);
  });

  test.each([0.25, 0.5, 1.4, 2])('at %d times its size, no fringe and no neighbour shows', async (scale) => {
    await load(false);
    for (const background of [GREY, [255, 0, 0]] as Rgb[]) {
      const { picture } = await show(20, { pixelsHigh: SIZE * scale, background });
      expect(psnr(picture, expected([[3, 1]], [scale, scale], background))).toBeGreaterThan(34);
    }
  });

  test('no view bleeds into its neighbour in the atlas', async () => {
    const colours: Rgb[] = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 0],
      [0, 255, 255],
    ];
    const flat = colours.map(([r, g, b]): Picture => {
      const data = new Uint8ClampedArray(16 * 16 * 4).map((_, k) => [r, g, b, 255][k % 4]!);
      return { width: 16, height: 16, data };
    });
    await load(false, {}, await characterGlb({ views: flat, yaws: YAWS }));
    for (const [k, colour] of colours.entries()) {
      const { picture } = await show(YAWS[k]!, { pixelsHigh: 80 });
      const inside = crop(picture, 24, 8, 80, 80);
      const worst = Math.max(...inside.data.map((value, at) => Math.abs(value - [...colour, 255][at % 4]!)));
      expect(worst, `view ${k}`).toBeLessThanOrEqual(1);
    }
  });

  test('two cameras in one frame each see their view', async () => {
    await stage.open({ engine, rightHanded: false, width: 256, height: 96 });
    await stage.load(served.add('character.glb', glb));
    const looks = [
      { yaw: -40, pixelsHigh: SIZE },
      { yaw: 20, pixelsHigh: SIZE },
    ];
    const { picture, views: chosen } = await stage.shoot({ looks, background: GREY });
    expect(chosen).toEqual([0, 3]);
    expect(psnr(crop(picture, 0, 0, 128, 96), expected([[0, 1]]))).toBeGreaterThan(40);
    expect(psnr(crop(picture, 128, 0, 128, 96), expected([[3, 1]]))).toBeGreaterThan(40);
  });

  test('a render target with a camera of its own sees its view', async () => {
    await load(false);
    const looks = [
      { yaw: -20, pixelsHigh: SIZE },
      { yaw: 40, pixelsHigh: SIZE },
    ];
    const { picture } = await stage.shoot({ looks, background: GREY, target: true });
    expect(psnr(picture, expected([[1, 1]]))).toBeGreaterThan(40);
  });

  test('image processing in a post-process shows the same colours', async () => {
    await load(false);
    const black: Rgb = [0, 0, 0];
    await show(0, { background: black });
    await stage.page.evaluate(() => window.stage.addPipeline());
    const { picture } = await show(0, { background: black });
    // Edges are mixed with the background in linear light there, so only what is opaque stays the same.
    const opaque = expected([[2, 1]], [1, 1], black);
    const inside = (pixel: number) => {
      const [x, y] = [
        (pixel % canvas.width) - canvas.width / 2,
        Math.floor(pixel / canvas.width) - canvas.height / 2,
      ];
      return Math.hypot(x, y) < 24;
    };
    expect(psnr(picture, opaque, inside)).toBeGreaterThan(36);
  });

  test('dispose frees what was made, on the GPU too', async () => {
    await stage.open({ engine, rightHanded: false, ...canvas });
    const address = served.add('character.glb', glb);
    const count = () => stage.page.evaluate(() => window.insides.counts());
    const round = async () => {
      await stage.load(address);
      await show(0);
      const full = await count();
      await stage.page.evaluate(() => window.stage.disposeImpostor());
      return full;
    };
    const first = await round();
    const empty = await count();
    expect(empty.internalTextures).toBeLessThan(first.internalTextures!);
    expect({ ...empty, internalTextures: 0 }).toEqual({
      meshes: 0,
      materials: 0,
      textures: 0,
      geometries: 0,
      observers: 0,
      internalTextures: 0,
    });
    expect(await round()).toEqual(first);
    expect(await count()).toEqual(empty);
  });
});

test('the page never complained', () => {
  expect(stage.complaints).toEqual([]);
});
