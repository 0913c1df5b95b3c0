import { type ImpostorExtension, radians, selectViews, subjectToCamera } from '@turnaround/plugin/asset';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CharacterViews,
  readCharacter,
  standingFrame,
  writeCharacter,
} from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { packRelief } from '../../plugin/src/impostor/relief-textures.ts';
import {
  MARCH_DEFAULTS,
  MARCH_QUALITIES,
  type MarchOptions,
  type MarchQuality,
  type StoredView,
  synthesizeView,
} from '../../plugin/src/synthesis/index.ts';
import { FOCAL } from '../bench/truth/pictures.ts';
import { ellipsoidView } from '../bench-truth/ellipsoid.ts';
import type { Picture } from '../plugin/character-glb.ts';
import { launchBrowser } from './browser.ts';
import type { StandIn } from './page/stage.ts';
import { psnr, type Rgb } from './pictures.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** The shaders against the reference: what they draw from a file's textures, it draws from the same bytes. */

const SIZE = 64;
const YAWS = [-20, 10, 25];
/** Of the character that is seen from above and below too. */
const PITCHES = [-12, 14];
const GREY: Rgb = [128, 128, 128];
const canvas = { width: 96, height: 80 };
const codec = createImageCodec();

function ellipsoidCharacter(pitches: readonly number[]): CharacterViews {
  const angles = pitches.flatMap((pitch) =>
    YAWS.map((yaw) => ({ yaw: radians(yaw), pitch: radians(pitch) })),
  );
  const views = angles.map(({ yaw, pitch }) => {
    const { image, mask, depth } = ellipsoidView(1, yaw, SIZE, 3, pitch);
    const data = new Uint8ClampedArray(4 * SIZE * SIZE);
    for (let k = 0; k < SIZE * SIZE; k++) {
      for (let c = 0; c < 3; c++) data[4 * k + c] = 127.5 * (image.data[c * SIZE * SIZE + k]! + 1);
      data[4 * k + 3] = 255 * mask[k]!;
    }
    return {
      yaw,
      pitch,
      image: { width: SIZE, height: SIZE, data },
      depth: { width: SIZE, height: SIZE, data: depth },
    };
  });
  return {
    views,
    ...standingFrame(views[0]!.image),
    focal: FOCAL,
    calibrated: true,
    provenance: {
      generator: 'turnaround 0.1.0',
      model: 'ellipsoid',
      modelHash: 'ab'.repeat(32),
      seed: 1,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'a test',
    },
  };
}

/** A character's file, and what the reference makes of it. */
interface Prepared {
  readonly glb: Uint8Array;
  readonly extension: ImpostorExtension;
  readonly stored: readonly StoredView[];
}

let served: Served;
let browser: Browser;
let stage: StagePage;
let fan: Prepared;
let grid: Prepared;

beforeAll(async () => {
  [served, browser, fan, grid] = await Promise.all([
    serveStage(),
    launchBrowser(),
    prepare([0]),
    prepare(PITCHES),
  ]);
  stage = await openStage(browser, served);
});

async function prepare(pitches: readonly number[]): Promise<Prepared> {
  const character = ellipsoidCharacter(pitches);
  const glb = await writeCharacter(codec, character, { quality: 'lossless', texture: 'png' });
  const { extension, atlas: picture, depth } = await readCharacter(glb);
  const [atlas, codes] = await Promise.all([codec.decode(picture.bytes), codec.decode(depth!.bytes)]);
  const packed = packRelief(extension, {
    colour: new Uint8Array(atlas.data),
    depth: new Uint8Array(codes.data),
  });
  const { near, far } = packed.range;
  const stored = extension.views.map(({ rectangle: [left, top, width, height], yaw, pitch, focal }) => {
    const at = (k: number): number =>
      (top + Math.floor(k / width)) * extension.atlasSize[0] + left + (k % width);
    const pixels = Array.from({ length: width * height }, (_, k) => at(k));
    return {
      width,
      height,
      colour: Float32Array.from(
        pixels.flatMap((k) => [...packed.colour.subarray(4 * k, 4 * k + 4)]),
        (v) => v / 255,
      ),
      depth: Float32Array.from(pixels, (k) => near + (packed.relief[2 * k]! / 255) * (far - near)),
      rotation: subjectToCamera(yaw, pitch),
      focal: focal!,
    };
  });
  return { glb, extension, stored };
}

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

interface Seen {
  readonly yaw: number;
  readonly pitch: number;
  /** In units of the stored cameras' distance. */
  readonly distance: number;
  readonly pixelsHigh: number;
}

/** What the reference draws on the canvas. */
function expected(
  { extension, stored }: Prepared,
  { yaw, pitch, distance, pixelsHigh }: Seen,
  options: MarchOptions = MARCH_DEFAULTS,
): Picture {
  const { samples } = selectViews(extension.views, radians(yaw), radians(pitch));
  const side = Math.max(canvas.width, canvas.height);
  // The frame's height at the pivot takes `pixelsHigh` pixels; at the distance of the stored cameras it fills ±1.
  const rgba = synthesizeView(
    samples.map(({ index, weight }) => ({ view: stored[index]!, weight })),
    {
      rotation: subjectToCamera(radians(yaw), radians(pitch)),
      distance,
      focal: (FOCAL * distance * pixelsHigh) / side,
    },
    side,
    options,
  );
  const data = new Uint8ClampedArray(4 * canvas.width * canvas.height);
  for (let y = 0; y < canvas.height; y++)
    for (let x = 0; x < canvas.width; x++) {
      const from = 4 * ((y + (side - canvas.height) / 2) * side + x + (side - canvas.width) / 2);
      const to = 4 * (y * canvas.width + x);
      for (let c = 0; c < 3; c++)
        data[to + c] = Math.round(255 * rgba[from + c]! + (1 - rgba[from + 3]!) * GREY[c]!);
      data[to + 3] = 255;
    }
  return { ...canvas, data };
}

/** PSNR over what either of two pictures shows. */
function nearness(picture: Picture, wanted: Picture): number {
  const shows = ({ data }: Picture, k: number): boolean =>
    [0, 1, 2].some((c) => Math.abs(data[4 * k + c]! - GREY[c]!) > 3);
  return psnr(picture, wanted, (k) => shows(picture, k) || shows(wanted, k));
}

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
    const middle = async (yaw: number): Promise<number[]> => {
      const { picture } = await stage.shoot({
        looks: [{ yaw, distance: 2 * unit, pixelsHigh: SIZE }],
        background: GREY,
      });
      const at = 4 * ((canvas.height / 2) * canvas.width + canvas.width / 2);
      return [...picture.data.subarray(at, at + 3)];
    };
    const [front, back] = [await middle(0), await middle(180)];
    // The second one stands on the subject's +Z, before the first one's face.
    expect([front[0], front[1]]).toEqual([0, 0]);
    expect(front[2]).toBeGreaterThan(20);
    expect([back[1], back[2]]).toEqual([0, 0]);
    expect(back[0]).toBeGreaterThan(20);
    expect(stage.complaints).toEqual([]);
  });
});
