import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../../../generator/src/impostor/index.ts';
import { cutPictures } from '../../../../generator/src/pipeline/build/cut-pictures.ts';
import { BUILD_DEFAULTS, buildCharacter } from '../../../../generator/src/pipeline/build/index.ts';
import { orderPictures } from '../../../../generator/src/pipeline/build/order-pictures.ts';
import { readPictures } from '../../../../generator/src/pipeline/build/read-pictures.ts';
import { reorderSet, workSet } from '../../../../generator/src/pipeline/build/work-set.ts';
import { openPlatform, writeFolder } from './folder.ts';
import { type SolidOptions, solidView, unevenYaws } from './solid.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-refused-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const YAWS = unevenYaws(-0.4, 9);
const turn = (options: Partial<SolidOptions> = {}) => YAWS.map((yaw) => solidView(yaw, options).image);
const solid = turn();
const { platform, warnings } = openPlatform();

let folders = 0;
const write = (pictures: Readonly<Record<string, RgbaImage>>) =>
  writeFolder(join(folder, String(folders++)), pictures);
const numbered = (pictures: readonly RgbaImage[]) =>
  Object.fromEntries(pictures.map((picture, k) => [`${k + 1}.png`, picture]));
const named = (pictures: readonly RgbaImage[]) =>
  pictures.map((image, k) => ({ name: `${k + 1}.png`, image }));
const build = (images: string) =>
  buildCharacter(platform, {
    ...BUILD_DEFAULTS,
    images,
    out: join(folder, 'out'),
    name: 'solid',
    turns: null,
    degrees: null,
    frontal: null,
    matte: null,
  });

describe('readPictures', () => {
  it('takes pictures in the order of the numbers in their names, and leaves other files', async () => {
    const images = await write(
      Object.fromEntries([2, 10, 1, 9, 33, 4].map((n) => [`view${n}.png`, solid[0]!])),
    );
    writeFileSync(join(images, 'notes.txt'), 'not a picture');
    const { pictures } = await readPictures(platform, images, 512);
    expect(pictures.map(({ name }) => name)).toEqual([1, 2, 4, 9, 10, 33].map((n) => `view${n}.png`));
    expect(warnings.splice(0)).toEqual([expect.stringContaining('6 pictures are few')]);
  });

  it('shrinks pictures that are larger than asked', async () => {
    const images = await write(numbered(turn({ side: 96 })));
    const { pictures } = await readPictures(platform, images, 64);
    for (const { image } of pictures) expect([image.width, image.height]).toEqual([64, 64]);
  });

  it('refuses a folder without pictures, and too few', async () => {
    await expect(readPictures(platform, join(folder, 'missing'), 512)).rejects.toThrow(
      /missing: expected at least 5 pictures .* got none/,
    );
    await expect(readPictures(platform, await write(numbered(solid.slice(0, 1))), 512)).rejects.toThrow(
      /at least 5 pictures .* got 1: 1\.png/,
    );
    await expect(readPictures(platform, await write(numbered(solid.slice(0, 3))), 512)).rejects.toThrow(
      /at least 5 pictures .* got 3: 1\.png, 2\.png, 3\.png/,
    );
  });

  it('names a file that is no picture', async () => {
    const images = await write(numbered(solid));
    writeFileSync(join(images, '5.png'), 'not a picture');
    await expect(readPictures(platform, images, 512)).rejects.toThrow(/5\.png: expected a picture, got/);
  });

  it('names the pictures of another size', async () => {
    const images = await write({ ...numbered(solid), '4.png': solidView(0, { side: 80 }).image });
    await expect(readPictures(platform, images, 512)).rejects.toThrow(
      'expected pictures of one size, got 8 of 64×64 and 1 of 80×80 (4.png)',
    );
  });
});

describe('cutPictures', () => {
  it('names pictures before another backdrop', async () => {
    const mixed = solid.map((picture, k) =>
      k === 2 || k === 6 ? solidView(YAWS[k]!, { backdrop: [200, 60, 50] }).image : picture,
    );
    await expect(cutPictures(platform, named(mixed), null)).rejects.toThrow(
      /rgb\(110, 140, 120\) in most, got rgb\(200, 60, 50\) in 3\.png and 2 of 9 that differ \(3\.png, 7\.png\)/,
    );
  });

  it('names pictures before a backdrop of many colours', async () => {
    const noisy = {
      ...solid[4]!,
      data: solid[4]!.data.map((value, i) => (i % 4 === 3 ? 255 : (value * i) % 256)),
    };
    await expect(cutPictures(platform, named(solid.with(4, noisy)), null)).rejects.toThrow(
      /backdrop of one colour in all pictures, got another one in 1 of 9 \(5\.png\); .*--matte/,
    );
  });

  it("keeps the pictures' own alpha, and refuses it in some of them only", async () => {
    const cut = YAWS.map((yaw) => {
      const { image, mask } = solidView(yaw);
      return { ...image, data: image.data.map((value, i) => (i % 4 === 3 ? 255 * mask[i >> 2]! : value)) };
    });
    const { views, matte } = await cutPictures(platform, named(cut), null);
    expect(matte).toBe('own alpha');
    expect(views[3]!.data).toEqual(cut[3]!.data);
    await expect(cutPictures(platform, named(solid.with(0, cut[0]!)), null)).rejects.toThrow(
      /all pictures cut out or none, got 1 of 9 with see-through parts \(1\.png\)/,
    );
  });

  it('pads to squares about the middle', async () => {
    const wide = YAWS.map((yaw) => {
      const { image } = solidView(yaw);
      const data = new Uint8ClampedArray(4 * 96 * 64);
      for (let i = 0; i < 96 * 64; i++) {
        const x = Math.min(63, Math.max(0, (i % 96) - 16));
        const from = 4 * (Math.floor(i / 96) * 64 + x);
        data.set(image.data.subarray(from, from + 4), 4 * i);
      }
      return { width: 96, height: 64, data };
    });
    const [narrow, padded] = [
      await cutPictures(platform, named(solid), null),
      await cutPictures(platform, named(wide), null),
    ];
    const alpha = ({ views }: typeof narrow, x: number, y: number) => {
      const { width, data } = views[4]!;
      return data[4 * (y * width + x) + 3]!;
    };
    expect(padded.views[4]!.height).toBe(96);
    for (const [x, y] of [
      [32, 32],
      [32, 8],
      [5, 5],
      [60, 60],
    ] as const)
      expect(Math.abs(alpha(padded, x + 16, y + 16) - alpha(narrow, x, y))).toBeLessThan(10);
  });
});

describe('orderPictures', () => {
  const names = YAWS.map((_, k) => `${k + 1}.png`);
  const shuffle = [3, 7, 0, 5, 8, 1, 6, 2, 4];

  it('takes a turn as it is named, refuses a shuffled one, and finds its order', async () => {
    const { views } = await cutPictures(platform, named(solid), null);
    const set = await workSet(platform.images, views, 64);
    const given = names.map((_, k) => k);
    expect(orderPictures(platform, set, names, 'names')).toEqual(given);
    expect(warnings).toEqual([]);
    const shuffled = reorderSet(set, shuffle);
    const mixed = shuffle.map((k) => names[k]!);
    expect(() => orderPictures(platform, shuffled, mixed, 'names')).toThrow(
      /in the order of their names, got a shuffled one: .* --order looks/,
    );
    expect(orderPictures(platform, shuffled, mixed, 'unchecked')).toEqual(given);
    const found = orderPictures(platform, shuffled, mixed, 'looks').map((k) => mixed[k]!);
    expect([names, names.toReversed()]).toContainEqual(found);
  });

  it('warns of two neighbours that are swapped', async () => {
    const { views } = await cutPictures(platform, named(solid), null);
    const set = reorderSet(await workSet(platform.images, views, 64), [0, 1, 2, 4, 3, 5, 6, 7, 8]);
    expect(orderPictures(platform, set, names, 'names')).toEqual(names.map((_, k) => k));
    expect(warnings.splice(0)).toEqual([
      expect.stringMatching(/in another order, from place 4 on: 5\.png, 4\.png, 6\.png/),
    ]);
  });
});

describe('buildCharacter', () => {
  it('refuses pictures that do not turn', async () => {
    const still = YAWS.map(() => solid[0]!);
    await expect(build(await write(numbered(still)))).rejects.toThrow(/that no turn explains/);
  });
});
