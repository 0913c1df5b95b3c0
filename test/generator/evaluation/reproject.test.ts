import { radians } from '@turnaround/plugin/asset';
import { describe, expect, test } from 'vitest';
import { EvaluationError, psnr, reproject } from '../../../generator/src/evaluation/index.ts';
import { warpViews } from '../../../generator/src/pipeline/calibrate/warp-views.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { BALL_FOCAL, BALL_RADIUS, ball, SIDE } from './ball.ts';

describe('a view seen through another', () => {
  const [front, side] = [ball(0), ball(radians(20))];

  test('by true depth and yaw is that view, and the way there and back ends where it began', () => {
    const { picture, seen, roundTrip } = reproject(front, side, BALL_FOCAL);
    // At the rim the pixels read lie half beyond the ball.
    expect(psnr(picture, side.picture, seen)).toBeGreaterThan(28);
    expect(psnr(front.picture, side.picture, seen)).toBeLessThan(15);
    expect(roundTrip).toBeLessThan(0.05);
    const share =
      seen.reduce((sum, one) => sum + one, 0) / side.mask.reduce((sum: number, one) => sum + one, 0);
    // 20° of the ball's 180° turn away.
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.97);
  });

  test('by a wrong yaw, or a depth that disagrees, is found out', () => {
    const wrong = reproject({ ...front, yaw: radians(8) }, side, BALL_FOCAL);
    expect(psnr(wrong.picture, side.picture, wrong.seen)).toBeLessThan(20);
    const flat = { ...front, depth: new Float32Array(front.depth.length).fill(1 - BALL_RADIUS) };
    expect(reproject(flat, side, BALL_FOCAL).roundTrip).toBeGreaterThan(0.3);
  });

  test('does not see what another surface hides', () => {
    const near = { ...front, depth: Float32Array.from(front.depth, (d) => d - 0.2) };
    expect(reproject(near, side, BALL_FOCAL).seen.reduce((sum, one) => sum + one, 0)).toBe(0);
    expect(reproject(near, side, BALL_FOCAL).roundTrip).toBeNaN();
  });

  test('is what the graph that learns by it draws', async () => {
    const turn = front.yaw - side.yaw;
    const pose = Float32Array.of(0, turn, 0, Math.sin(turn), 0, Math.cos(turn) - 1);
    const request = { images: front.picture.data, depths: Float32Array.from(side.depth), poses: pose };
    // The pose of an orbit by yaw about the pivot at (0, 0, −1): t = (I − R)·c = (sin, 0, cos − 1).
    const graph = await warpViews(createRuntime({ threads: 1 }), request, SIDE, BALL_FOCAL);
    const own = reproject(front, side, BALL_FOCAL).picture.data;
    own.forEach((value, k) => {
      expect(Math.abs(value - graph.images[k]!)).toBeLessThan(1e-3);
    });
  });

  test('needs planes of the picture’s size', () => {
    expect(() => reproject({ ...front, depth: [1] }, side, BALL_FOCAL)).toThrow(
      /depth from \[64,64\], got 1 numbers/,
    );
    expect(() => reproject(front, { ...side, mask: [1] }, BALL_FOCAL)).toThrow(EvaluationError);
  });
});
