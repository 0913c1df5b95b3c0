import { describe, expect, it } from 'vitest';
import { toRgb } from '../../../generator/src/impostor/image.ts';
import { createBlur } from '../../../generator/src/impostor/matte/blur.ts';
import {
  createFlatMatte,
  estimateBackdrop,
  MatteError,
} from '../../../generator/src/impostor/matte/index.ts';
import { components, maskOf } from '../../../generator/src/impostor/matte/mask.ts';
import { hasShared, portraits, sharedReason } from '../../shared.ts';
import {
  BACKDROPS,
  composite,
  drawBust,
  iou,
  meanAbsoluteError,
  plain,
  psnr,
  readBackdrop,
  readGanImages,
  readPicture,
  readSweep,
  subjectOf,
  uniform,
} from './pictures.ts';

const matte = createFlatMatte();
const skin = [0.8, 0.5, 0.35] as const;
const shirt = [-0.6, -0.5, 0.1] as const;
const RED = [1, -1, -1];

/** Sizes of the enclosed patches without coverage that lie where the subject truly is. */
function holes(alpha: Float32Array, truth: Float32Array, width: number, height: number): number[] {
  const { labels, sizes } = components(
    maskOf(width, height, (i) => alpha[i]! < 0.5),
    4,
  );
  const open = new Set<number>();
  for (let i = 0; i < labels.length; i++) {
    const x = i % width;
    if (x === 0 || x === width - 1 || i < width || i >= labels.length - width || truth[i]! < 0.5)
      open.add(labels[i]!);
  }
  return sizes.filter((_, label) => label > 0 && !open.has(label));
}

describe('flat matte on drawn busts', () => {
  for (const [name, colour, noise] of [
    ['grey', [0.18, 0.18, 0.18], 0.01],
    ['green', [-0.6, 0.7, -0.5], 0.02],
    ['white', [1, 1, 1], 0],
    ['black', [-1, -1, -1], 0.005],
  ] as const) {
    it(`finds a ${name} backdrop, the coverage and the subject's own colours`, async () => {
      const { subject, alpha } = drawBust(96, 96, [skin, shirt]);
      const image = composite(subject, alpha, plain(96, 96, colour));
      const random = uniform(7);
      for (let i = 0; i < image.data.length; i++) image.data[i]! += noise * (2 * random() - 1);
      const [cut] = await matte.cut([image]);
      expect(iou(cut!.alpha, alpha)).toBeGreaterThan(0.98);
      expect(meanAbsoluteError(cut!.alpha, alpha)).toBeLessThan(0.006);
      const edge = (i: number): boolean => alpha[i]! > 0.05 && alpha[i]! < 0.95;
      const red = plain(96, 96, RED);
      const ideal = composite(subject, alpha, red);
      expect(psnr(composite(cut!.colour, cut!.alpha, red), ideal, edge)).toBeGreaterThan(21);
      const fringed = psnr(composite(image, alpha, red), ideal, edge);
      expect(psnr(composite(cut!.colour, alpha, red), ideal, edge)).toBeGreaterThan(fringed + 2);
    });
  }

  it('finds the edge inside the halo that generators draw around their subjects', async () => {
    const grey = plain(128, 128, [0.18, 0.18, 0.18]);
    const { subject, alpha } = drawBust(128, 128, [skin, [-0.9, -0.8, -0.9]]);
    const near = createBlur(128, 128, 0.9);
    const far = createBlur(128, 128, 3.5);
    const norm = [near, far].map((blur) => blur(new Float32Array(128 * 128).fill(1)));
    const soft = near(alpha).map((a, i) => a / norm[0]![i]!);
    const sharp = composite(subject, soft, grey);
    const image = { ...sharp, data: new Float32Array(sharp.data) };
    for (let c = 0; c < 3; c++) {
      const blurred = far(sharp.data.subarray(c * 128 * 128, (c + 1) * 128 * 128));
      for (let i = 0; i < 128 * 128; i++)
        image.data[c * 128 * 128 + i]! +=
          0.25 * (sharp.data[c * 128 * 128 + i]! - blurred[i]! / norm[1]![i]!);
    }
    const [cut] = await matte.cut([image]);
    expect(iou(cut!.alpha, alpha)).toBeGreaterThan(0.97);
    expect(meanAbsoluteError(cut!.alpha, soft)).toBeLessThan(0.012);
  });

  it("keeps a real gap and fills a patch of the backdrop's colour that shades through it", async () => {
    const grey = plain(128, 128, [0.18, 0.18, 0.18]);
    const { subject, alpha } = drawBust(128, 128, [skin, shirt]);
    const image = composite(subject, alpha, grey);
    const paint = (x0: number, y0: number, side: number, colour: (x: number) => number): void => {
      for (let y = y0; y < y0 + side; y++)
        for (let x = x0; x < x0 + side; x++)
          for (let c = 0; c < 3; c++) image.data[(c * 128 + y) * 128 + x] = colour(x - x0);
    };
    paint(50, 40, 10, () => 0.18);
    paint(66, 40, 10, (x) => 0.18 + 0.02 * (x - 4.5));
    const [cut] = await matte.cut([image]);
    expect(cut!.alpha[45 * 128 + 55]).toBe(0);
    expect(cut!.alpha[45 * 128 + 71]).toBe(1);
  });

  it('says what it was given where there is no subject, or no view', async () => {
    await expect(matte.cut([plain(64, 64, [0.2, 0.2, 0.2])])).rejects.toMatchObject({
      code: 'subject-not-found',
    });
    await expect(matte.cut([])).rejects.toMatchObject({ code: 'views' });
    await expect(matte.cut([plain(8, 8, [0, 0, 0]), plain(9, 8, [0, 0, 0])])).rejects.toThrow('8×8, got 9×8');
  });
});

describe('recognising a backdrop', () => {
  for (const name of BACKDROPS)
    it(`refuses the photograph ${name} and points to --matte`, async () => {
      const { subject, alpha } = drawBust(128, 128, [skin, shirt]);
      const image = composite(subject, alpha, await readBackdrop(name));
      const error = await matte.cut([image]).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(MatteError);
      expect(error).toMatchObject({ code: 'backdrop-not-flat' });
      expect((error as Error).message).toContain('--matte MODEL.onnx');
    });

  it('refuses noise, and a gradient', async () => {
    const random = uniform(3);
    const noise = plain(64, 64, [0, 0, 0]);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = random() - 0.5;
    const ramp = plain(64, 64, [0, 0, 0]);
    for (let i = 0; i < ramp.data.length; i++) ramp.data[i] = (i % 64) / 32 - 1;
    const { subject, alpha } = drawBust(64, 64, [skin, shirt]);
    for (const backdrop of [noise, ramp])
      await expect(matte.cut([composite(subject, alpha, backdrop)])).rejects.toMatchObject({
        code: 'backdrop-not-flat',
      });
  });

  it('still finds it where the subject hides most of the border in one view', async () => {
    const { subject, alpha } = drawBust(96, 96, [skin, shirt]);
    const grey = plain(96, 96, [0.18, 0.18, 0.18]);
    const centred = composite(subject, alpha, grey);
    // The same bust, moved up and left out of the frame.
    const moved = composite(subject, alpha, grey);
    const movedAlpha = new Float32Array(96 * 96);
    for (let y = 0; y < 96; y++)
      for (let x = 0; x < 96; x++) {
        const from = Math.min(95, y + 30) * 96 + Math.min(95, x + 35);
        movedAlpha[y * 96 + x] = alpha[from]!;
        for (let c = 0; c < 3; c++) moved.data[(c * 96 + y) * 96 + x] = centred.data[c * 96 * 96 + from]!;
      }
    const cuts = await matte.cut([centred, moved]);
    expect(iou(cuts[1]!.alpha, movedAlpha)).toBeGreaterThan(0.97);
  });
});

describe.skipIf(!hasShared)(`flat matte on the shared portraits${sharedReason}`, () => {
  const VIEWS = [0, 8, 16, 24, 32, 40, 48];

  it('cuts every person: IoU, soft error, no holes in grey hair', async () => {
    const means: number[] = [];
    const errors: number[] = [];
    for (let subject = 0; subject < 16; subject++) {
      const { images, truth } = await readSweep(subject, VIEWS);
      const cuts = await matte.cut(images);
      const covers = await matte.cover(images);
      for (const [k, cover] of covers.entries()) expect(iou(cover, truth[k]!)).toBeGreaterThan(0.94);
      const ious = cuts.map(({ alpha }, k) => iou(alpha, truth[k]!));
      means.push(ious.reduce((sum, value) => sum + value) / ious.length);
      errors.push(...cuts.map(({ alpha }, k) => meanAbsoluteError(alpha, truth[k]!)));
      for (const [k, { alpha }] of cuts.entries())
        expect(Math.max(0, ...holes(alpha, truth[k]!, 128, 128)), `subject ${subject}`).toBeLessThanOrEqual(
          4,
        );
    }
    expect(means.reduce((sum, value) => sum + value) / means.length).toBeGreaterThanOrEqual(0.99);
    expect(Math.min(...means)).toBeGreaterThanOrEqual(0.98);
    expect(errors.reduce((sum, value) => sum + value) / errors.length).toBeLessThan(0.005);
  });

  it('leaves no grey fringe on red', async () => {
    for (const subject of [0, 3, 10]) {
      const { images, truth } = await readSweep(subject, [8, 40]);
      const cuts = await matte.cut(images);
      for (const [k, cut] of cuts.entries()) {
        const red = plain(128, 128, RED);
        const ideal = composite(subjectOf(images[k]!, truth[k]!), truth[k]!, red);
        const edge = (i: number): boolean => truth[k]![i]! > 0.05 && truth[k]![i]! < 0.95;
        const ours = psnr(composite(cut.colour, truth[k]!, red), ideal, edge);
        const fringed = psnr(composite(images[k]!, truth[k]!, red), ideal, edge);
        expect(ours, `subject ${subject}`).toBeGreaterThan(fringed + 1);
      }
    }
  });

  it('puts the pictures together again over their own backdrop', async () => {
    const { images } = await readSweep(6, [4, 24]);
    const grey = plain(
      128,
      128,
      [0, 0, 0].map(() => (150 - 127.5) / 127.5),
    );
    for (const [k, { colour, alpha }] of (await matte.cut(images)).entries())
      expect(psnr(composite(colour, alpha, grey), images[k]!)).toBeGreaterThan(33);
  });

  it('takes renders and GAN images for flat', async () => {
    const shares: number[] = [];
    for (const id of ['0000', '0421', '1234', '3999'])
      shares.push(estimateBackdrop([toRgb(await readPicture(portraits('renders', `${id}.webp`)))]).flatShare);
    for (const image of readGanImages()) {
      const { colour, noise, flatShare } = estimateBackdrop([image]);
      shares.push(flatShare);
      for (const channel of colour) expect(Math.abs(127.5 * channel + 127.5 - 150)).toBeLessThan(1.5);
      expect(127.5 * noise).toBeLessThan(1);
    }
    expect(Math.min(...shares)).toBeGreaterThan(0.8);
  });
});
