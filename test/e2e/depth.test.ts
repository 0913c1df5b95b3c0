import { radians } from '@turnaround/plugin/asset';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCharacter, writeCharacter } from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { packRelief } from '../../plugin/src/impostor/relief-textures.ts';
import { ballCharacter } from '../generator/impostor/depth-character.ts';
import { launchBrowser } from './browser.ts';
import { expectedPicture, psnr, type Rgb } from './pictures.ts';
import { type Served, serveStage } from './serve.ts';
import { openStage } from './stage-page.ts';

/** A character with depth in viewers that know the extension and in those that do not. */

const GREY: Rgb = [128, 128, 128];
const SIZE = 48;
const canvas = { width: 64, height: 64 };
const codec = createImageCodec();
const character = ballCharacter();

let served: Served;
let browser: Browser;
let glb: Uint8Array;

beforeAll(async () => {
  [served, browser, glb] = await Promise.all([
    serveStage(),
    launchBrowser(),
    writeCharacter(codec, character, { quality: 'lossless' }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test.each(['webgl2', 'webgpu'] as const)(
  '%s: depth reaches the texture that is marched through as it was written, and is freed',
  async (engine) => {
    for (const texture of ['webp', 'png'] as const) {
      const bytes = await writeCharacter(codec, character, { texture, triangles: 300 });
      const stage = await openStage(browser, served);
      await stage.open({ engine, rightHanded: false, ...canvas });
      const textures = () => stage.page.evaluate(() => window.insides.counts().internalTextures);
      const before = await textures();
      await stage.load(served.add(`depth-${texture}.glb`, bytes));
      // What is marched through; what the file holds has been let go.
      expect(await textures()).toBe(before! + 2);
      const seen = await stage.page.evaluate(() => window.insides.reliefBytes());
      const { extension, atlas, depth } = await readCharacter(bytes);
      const [colour, codes] = await Promise.all([codec.decode(atlas.bytes), codec.decode(depth!.bytes)]);
      const written = packRelief(extension, {
        colour: new Uint8Array(colour.data),
        depth: new Uint8Array(codes.data),
      });
      expect([seen!.width, seen!.height]).toEqual(extension.atlasSize);
      expect(seen!.range.near).toBeCloseTo(written.range.near, 9);
      expect(seen!.range.far).toBeCloseTo(written.range.far, 9);
      // Back ends hand out two channels or four.
      const pixels = Buffer.from(seen!.pixels, 'base64');
      const channels = pixels.length / (seen!.width * seen!.height);
      const found = pixels.filter((_, k) => k % channels < 2);
      expect(Buffer.from(found).equals(Buffer.from(written.relief))).toBe(true);
      await stage.page.evaluate(() => window.stage.disposeImpostor());
      expect(await textures()).toBe(before);
      expect(stage.complaints).toEqual([]);
      await stage.page.close();
    }
  },
);

test('without depth there is no relief', async () => {
  const flat = { ...character, views: character.views.map(({ depth: _, ...view }) => view) };
  const stage = await openStage(browser, served);
  await stage.open({ engine: 'webgl2', rightHanded: false, ...canvas });
  await stage.load(served.add('flat.glb', await writeCharacter(codec, flat)));
  expect(await stage.page.evaluate(() => window.insides.reliefBytes())).toBeNull();
  await stage.page.close();
});

describe('a viewer without the plugin', () => {
  test('shows the lifted mesh: textured, and solid from the side', async () => {
    const stage = await openStage(browser, served);
    await stage.open({ engine: 'webgl2', rightHanded: false, ...canvas });
    const { pivot, frame } = character;
    const loaded = await stage.page.evaluate(([url, place]) => window.stage.loadPlain(url, place), [
      served.add('plain.glb', glb),
      { pivot, frame },
    ] as const);
    expect(loaded.known).toBe(false);
    expect(loaded.meshes).toHaveLength(1);
    expect(loaded.meshes[0]!.textured).toBe(true);
    expect(loaded.meshes[0]!.triangles).toBeGreaterThan(500);
    expect(loaded.meshes[0]!.triangles).toBeLessThanOrEqual(2000);

    // The ball looks the same from all around, which no fused one can; of views that stand close the middle one is lifted.
    const close = ballCharacter([-10, 0, 10], SIZE);
    await stage.open({ engine: 'webgl2', rightHanded: false, ...canvas });
    await stage.page.evaluate(([url, place]) => window.stage.loadPlain(url, place), [
      served.add('close.glb', await writeCharacter(codec, close)),
      { pivot, frame },
    ] as const);
    const shoot = async (yaw: number) =>
      (
        await stage.shoot({
          looks: [{ yaw, distance: (9.21 * frame[0]) / 2, pixelsHigh: SIZE }],
          background: GREY,
        })
      ).picture;
    const { image } = character.views[1]!;
    const front = await shoot(0);
    const wanted = expectedPicture({ ...canvas, background: GREY, views: [[image, 1]] });
    expect(psnr(front, wanted)).toBeGreaterThan(28);
    // A ball has one outline from everywhere, but its back is made up, as a head's: longer than a ball's. Of its red and green halves, the red one comes into sight.
    const outline = (picture: typeof front) =>
      Array.from({ length: 64 * 64 }, (_, i) => picture.data[4 * i + 2]! < 100);
    const side = await shoot(40);
    const [before, after] = [outline(front), outline(side)];
    const both = before.filter((inside, i) => inside && after[i]).length;
    const either = before.filter((inside, i) => inside || after[i]).length;
    expect(both).toBeGreaterThan(800);
    expect(both / either).toBeGreaterThan(0.92);
    const middle = 4 * (32 * 64 + 32);
    // The point that faces the camera there, in the frontal view's pixels.
    const [radius, distance] = [0.38 * SIZE, 9.21 * (SIZE / 2)];
    const across = (-radius * Math.sin(radians(40))) / (1 - (radius * Math.cos(radians(40))) / distance);
    const share = (SIZE / 2 + across - 0.5) / (SIZE - 1);
    expect(Math.abs(side.data[middle]! - 255 * (1 - share))).toBeLessThan(10);
    expect(Math.abs(side.data[middle + 1]! - 255 * share)).toBeLessThan(10);
    expect(stage.complaints).toEqual([]);
    await stage.page.close();
  });
});
