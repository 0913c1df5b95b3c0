import { describe, expect, it } from 'vitest';
import {
  BACKGROUND,
  type DepthMap,
  decodeDepth,
  depthRange,
  extendDepth,
  packDepthAtlas,
  viewDepth,
} from '../../../generator/src/impostor/depth/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { sweepDepth } from './mesh-sweeps.ts';

const map = (width: number, height: number, rule: (x: number, y: number) => number): DepthMap => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => rule(i % width, Math.floor(i / width))),
});

const range = { near: 0.5, far: 1.5 };

describe('the depth atlas', () => {
  it('holds each view in its rectangle, its border in the gutter, and background between', () => {
    const views = [map(3, 2, (x, y) => 1 + 0.01 * x + 0.1 * y), map(3, 2, () => 0.75)];
    const layout = {
      width: 16,
      height: 4,
      gutter: 1,
      rectangles: [
        [1, 1, 3, 2],
        [7, 1, 3, 2],
      ] as const,
    };
    const atlas = decodeDepth(packDepthAtlas(views, layout, range), range);
    for (const [k, view] of views.entries())
      for (const [i, value] of viewDepth(atlas, layout.rectangles[k]!).data.entries())
        expect(value).toBeCloseTo(view.data[i]!, 4);
    expect(atlas.data[0]).toBeCloseTo(1, 4);
    expect(atlas.data[4]).toBeCloseTo(1.02, 4);
    expect(atlas.data[3 * 16 + 4]).toBeCloseTo(1.12, 4);
    expect(atlas.data[5]).toBe(BACKGROUND);
    expect(atlas.data[6]).toBeCloseTo(0.75, 4);
    expect(atlas.data[15]).toBe(BACKGROUND);
  });

  it('refuses views that do not fit', () => {
    const view = map(2, 2, () => 1);
    const layout = (rectangle: readonly [number, number, number, number]) => ({
      width: 4,
      height: 4,
      gutter: 0,
      rectangles: [rectangle],
    });
    expect(() => packDepthAtlas([], layout([0, 0, 2, 2]), range)).toThrow(/1 views/);
    expect(() => packDepthAtlas([view], layout([0, 0, 3, 2]), range)).toThrow(/3×2/);
    expect(() => packDepthAtlas([view], layout([3, 0, 2, 2]), range)).toThrow(/inside the 4×4/);
  });

  it.skipIf(!hasShared)(
    `passes through a PNG without a change and without a colour profile${sharedReason}`,
    async () => {
      const codec = createImageCodec();
      const views = await Promise.all(
        [-30, 0, 30].map(async (yaw) => {
          const { depth, mask } = await sweepDepth(0, yaw);
          return extendDepth(depth, mask);
        }),
      );
      const layout = {
        width: 392,
        height: 130,
        gutter: 0,
        rectangles: views.map((_, k) => [130 * k, 1, 128, 128] as const),
      };
      const planes = depthRange(views);
      const picture = packDepthAtlas(views, layout, planes);
      const png = await codec.encodePng(picture);
      expect((await codec.decode(png)).data).toEqual(picture.data);
      const text = new TextDecoder('latin1').decode(png);
      for (const chunk of ['iCCP', 'sRGB', 'gAMA', 'cHRM']) expect(text).not.toContain(chunk);
      const atlas = decodeDepth(picture, planes);
      for (const [k, view] of views.entries()) {
        const back = viewDepth(atlas, layout.rectangles[k]!);
        for (const [i, value] of back.data.entries())
          if (value === BACKGROUND) expect(view.data[i]).toBe(BACKGROUND);
          else expect(Math.abs(value - view.data[i]!)).toBeLessThan((planes.far - planes.near) / 65535);
      }
    },
  );
});
