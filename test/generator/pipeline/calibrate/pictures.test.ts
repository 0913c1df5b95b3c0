import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { FOCAL } from '../../../../generator/src/calibration/config.ts';
import type { RgbaImage } from '../../../../generator/src/impostor/index.ts';
import { drawProtractor } from '../../../../generator/src/pipeline/calibrate/protractor.ts';
import { reliefPicture } from '../../../../generator/src/pipeline/calibrate/relief-picture.ts';

const SIZE = 192;

/** Middle of the needle's red, right of and below the protractor's centre in parts of the square. */
function needle(yaw: number): { right: number; down: number } {
  const image: RgbaImage = {
    width: SIZE,
    height: SIZE,
    data: new Uint8ClampedArray(4 * SIZE * SIZE).fill(255),
  };
  drawProtractor(image, 0, 0, SIZE, yaw);
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < SIZE * SIZE; i++)
    if (image.data[4 * i]! > 150 && image.data[4 * i + 1]! < 100) {
      count++;
      x += i % SIZE;
      y += Math.floor(i / SIZE);
    }
  return { right: x / count / SIZE - 0.5, down: y / count / SIZE };
}

describe('drawProtractor', () => {
  it('points down for a face that looks at the viewer, to the right for positive yaw', () => {
    expect(needle(0).right).toBeCloseTo(0, 1);
    expect(needle(radians(60)).right).toBeGreaterThan(0.08);
    expect(needle(radians(-60)).right).toBeLessThan(-0.08);
    expect(needle(radians(60)).down).toBeLessThan(needle(0).down);
  });
});

describe('reliefPicture', () => {
  const side = 32;
  const mask = new Float32Array(side * side).fill(1).fill(0, 0, side);
  const at = ({ data }: RgbaImage, x: number, y: number) => data[4 * (y * side + x)]!;
  const slope = (perPixel: number) =>
    Float32Array.from({ length: side * side }, (_, i) => 1 + perPixel * ((i % side) - side / 2));

  it('lights slopes that face the upper left, and is transparent beyond the mask', () => {
    const facing = reliefPicture(slope(-0.003), mask, side, FOCAL);
    const turned = reliefPicture(slope(0.003), mask, side, FOCAL);
    // Both pass depth 1 in the middle: the colour there is the same, the light is not.
    expect(at(facing, 16, 16)).toBeGreaterThan(at(turned, 16, 16) + 20);
    expect(facing.data[3]).toBe(0);
    expect(facing.data[4 * side * 2 + 3]).toBe(255);
  });

  it('is warm and light where near, cool and dark where far', () => {
    const near = reliefPicture(new Float32Array(side * side).fill(0.94), mask, side, FOCAL);
    const far = reliefPicture(new Float32Array(side * side).fill(1.06), mask, side, FOCAL);
    expect(at(near, 16, 16)).toBeGreaterThan(at(far, 16, 16));
  });
});
