import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bendThrough,
  ownYaw,
  straightened,
  straightYaw,
} from '../../../generator/src/calibration/straight-yaw.ts';
import { float32Data, Graph, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';

const angle = fc.double({ min: -1, max: 1, noNaN: true });
const bends = fc.double({ min: -0.3, max: 4, noNaN: true });

describe('straightened yaw', () => {
  it('comes back', () => {
    fc.assert(
      fc.property(angle, bends, (own, bend) => {
        expect(ownYaw(straightYaw(own, bend), bend)).toBeCloseTo(own, 6);
      }),
    );
  });

  it('is the same in a graph', async () => {
    const graph = new Graph('bend');
    const own = Float32Array.of(-0.5, 0, 0.1, 0.6);
    graph.output('straight', straightened(graph.constant(own, [4]), 2));
    const session = await createRuntime({ threads: 1 }).load(serialize(graph));
    const found = float32Data(await session.run({}), 'straight');
    await session.release();
    found.forEach((value, k) => {
      expect(value).toBeCloseTo(straightYaw(own[k]!, 2), 6);
    });
  });
});

describe('a bend through what two yaws show', () => {
  it('is found again, with its scale', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        bends,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (end, bend, scale) => {
          const seen = (own: number) => ({ own, shown: scale * straightYaw(own, bend) });
          const found = bendThrough(seen(end / 2), seen(end), end)!;
          expect(found.bend).toBeCloseTo(bend, 5);
          expect(found.scale).toBeCloseTo(scale, 6);
        },
      ),
    );
  });

  it('is none where half the way shows more than the whole, or next to nothing', () => {
    const through = (halfway: number) =>
      bendThrough({ own: 0.2, shown: halfway }, { own: 0.4, shown: 0.6 }, 0.4);
    expect(through(0.7)).toBeNull();
    expect(through(0.05)).toBeNull();
    expect(through(0.3)).toEqual({ bend: expect.closeTo(0, 9), scale: expect.closeTo(1.5, 9) });
  });

  it('is none where yaw falls before the farthest', () => {
    const through = (farthest: number) =>
      bendThrough({ own: 0.2, shown: 0.35 }, { own: 0.4, shown: 0.6 }, farthest);
    expect(through(0.4)!.bend).toBeLessThan(0);
    expect(through(2)).toBeNull();
  });
});
