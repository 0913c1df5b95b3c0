import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { drawCloud, type PointCloud } from '../../../generator/src/reconstruction/index.ts';

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

function cloudOf(points: readonly { at: number[]; normal: number[]; colour: number[] }[]): PointCloud {
  return {
    count: points.length,
    positions: Float32Array.from(points.flatMap(({ at }) => at)),
    normals: Float32Array.from(points.flatMap(({ normal }) => normal)),
    colours: Uint8Array.from(points.flatMap(({ colour }) => colour)),
  };
}

const settings = { side: 64, focal: 9.2, size: 0.012, shading: 'colour' } as const;
const pixel = ({ data, width }: ReturnType<typeof drawCloud>, column: number, row: number) => [
  ...data.subarray(4 * (row * width + column), 4 * (row * width + column) + 4),
];

describe('a drawn cloud', () => {
  const front = { at: [0, 0, 0.05], normal: [0, 0, 1], colour: RED };
  const back = { at: [0, 0, -0.05], normal: [0, 0, 1], colour: BLUE };

  it('shows the nearer point, in whatever order they come', () => {
    for (const points of [
      [front, back],
      [back, front],
    ]) {
      const picture = drawCloud(cloudOf(points), { yaw: 0, pitch: 0 }, settings);
      expect(pixel(picture, 32, 32)).toEqual([...RED, 255]);
      expect(pixel(picture, 5, 32)[3]).toBe(0);
    }
  });

  it('turns with the subject: what faces the viewer goes to the right', () => {
    // At 30°, x' = sin 30°·z: .025 and −.025, 7.4 pixels from the middle.
    const picture = drawCloud(cloudOf([front, back]), { yaw: radians(30), pitch: 0 }, settings);
    expect(pixel(picture, 39, 32)).toEqual([...RED, 255]);
    expect(pixel(picture, 24, 32)).toEqual([...BLUE, 255]);
  });

  it('hides surfaces that face away, and lights those from the upper left most', () => {
    const away = drawCloud(cloudOf([front]), { yaw: Math.PI, pitch: 0 }, settings);
    expect(away.data.some((value) => value > 0)).toBe(false);
    const lit = (normal: number[]) => {
      const length = Math.hypot(...normal);
      const unit = normal.map((part) => part / length);
      const cloud = cloudOf([{ ...front, normal: unit }]);
      return pixel(drawCloud(cloud, { yaw: 0, pitch: 0 }, { ...settings, shading: 'normals' }), 32, 32)[0]!;
    };
    expect(lit([-0.5, 0.5, 0.7])).toBeGreaterThan(lit([0, 0, 1]));
    expect(lit([0, 0, 1])).toBeGreaterThan(lit([0.7, -0.5, 0.5]));
  });
});
