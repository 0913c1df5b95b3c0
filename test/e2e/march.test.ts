import { radians, subjectToCamera } from '@turnaround/plugin/asset';
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
import { type StoredView, synthesizeView } from '../../plugin/src/synthesis/index.ts';
import { FOCAL } from '../bench/truth/pictures.ts';
import { ellipsoidView } from '../bench-truth/ellipsoid.ts';
import type { Picture } from '../plugin/character-glb.ts';
import { launchBrowser } from './browser.ts';
import { psnr, type Rgb } from './pictures.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage, type StagePage } from './stage-page.ts';

/** The shaders against the reference: what they draw from a file's textures, it draws from the same bytes. */

const SIZE = 64;
const YAWS = [-20, 10, 25];
const GREY: Rgb = [128, 128, 128];
const canvas = { width: 96, height: 80 };
const codec = createImageCodec();

function ellipsoidCharacter(): CharacterViews {
  const views = YAWS.map((yaw) => {
    const { image, mask, depth } = ellipsoidView(1, radians(yaw), SIZE);
    const data = new Uint8ClampedArray(4 * SIZE * SIZE);
    for (let k = 0; k < SIZE * SIZE; k++) {
      for (let c = 0; c < 3; c++) data[4 * k + c] = 127.5 * (image.data[c * SIZE * SIZE + k]! + 1);
      data[4 * k + 3] = 255 * mask[k]!;
    }
    return {
      yaw: radians(yaw),
      pitch: 0,
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

const character = ellipsoidCharacter();
let served: Served;
let browser: Browser;
let stage: StagePage;
let glb: Uint8Array;
let stored: StoredView[];

beforeAll(async () => {
  [served, browser, glb] = await Promise.all([
    serveStage(),
    launchBrowser(),
    writeCharacter(codec, character, { quality: 'lossless', texture: 'png' }),
  ]);
  stage = await openStage(browser, served);
  const { extension, atlas: picture, depth } = await readCharacter(glb);
  const [atlas, codes] = await Promise.all([codec.decode(picture.bytes), codec.decode(depth!.bytes)]);
  const packed = packRelief(extension, {
    colour: new Uint8Array(atlas.data),
    depth: new Uint8Array(codes.data),
  });
  const { near, far } = packed.range;
  stored = extension.views.map(({ rectangle: [left, top, width, height], yaw, pitch, focal }) => {
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
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

/** What the reference draws on the canvas, a pixel of the stored cameras' frame to a pixel. */
function expected(yaw: number, pitch: number, distance: number, pixelsHigh: number): Picture {
  const low = yaw < 10 ? 0 : 1;
  const weight = (yaw - YAWS[low]!) / (YAWS[low + 1]! - YAWS[low]!);
  const side = Math.max(canvas.width, canvas.height);
  // The frame's height at the pivot takes `pixelsHigh` pixels; at the distance of the stored cameras it fills ±1.
  const rgba = synthesizeView(
    [
      { view: stored[low]!, weight: 1 - weight },
      { view: stored[low + 1]!, weight },
    ],
    {
      rotation: subjectToCamera(radians(yaw), radians(pitch)),
      distance,
      focal: (FOCAL * distance * pixelsHigh) / side,
    },
    side,
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

describe.each(['webgl2', 'webgpu'] as const)('%s', (engine) => {
  test.each([
    { yaw: -5, pitch: 0, distance: 1, pixelsHigh: 64 },
    { yaw: 17, pitch: 0, distance: 1, pixelsHigh: 64 },
    { yaw: -12, pitch: 6, distance: 0.8, pixelsHigh: 70 },
    { yaw: -5, pitch: -4, distance: 4, pixelsHigh: 70 },
  ])('draws what the reference draws at yaw $yaw, pitch $pitch from $distance away', async (look) => {
    const { yaw, pitch, distance, pixelsHigh } = look;
    for (const rightHanded of [false, true]) {
      await stage.open({ engine, rightHanded, ...canvas });
      await stage.load(served.add('ellipsoid.glb', glb), { rotation: [10, 30, 0], scaling: [2, 2, 2] });
      const unit = (FOCAL * character.frame[0]) / 2;
      const { picture } = await stage.shoot({
        looks: [{ yaw, pitch, distance: distance * unit, pixelsHigh }],
        background: GREY,
      });
      const wanted = expected(yaw, pitch, distance, pixelsHigh);
      const subject = (k: number) =>
        [0, 1, 2].some(
          (c) => Math.abs(wanted.data[4 * k + c]! - 128) > 3 || Math.abs(picture.data[4 * k + c]! - 128) > 3,
        );
      expect(psnr(picture, wanted, subject)).toBeGreaterThan(45);
      expect(stage.complaints).toEqual([]);
    }
  });
});
