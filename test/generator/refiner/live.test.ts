import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xAt, type YawCurve } from '../../../generator/src/calibration/yaw-curve.ts';
import { readSynthesisWeights } from '../../../generator/src/gan/index.ts';
import {
  broadcastToLayers,
  coordinate,
  edit,
  truncate,
  withoutComponent,
} from '../../../generator/src/gan/latents/index.ts';
import { float32, float32Data, Graph, readWeights, serialize } from '../../../generator/src/graph/index.ts';
import { createFlatMatte } from '../../../generator/src/impostor/index.ts';
import { unpackPca } from '../../../generator/src/pipeline/pca-file.ts';
import { latentBasis } from '../../../generator/src/refiner/index.ts';
import { buildLive, graphMatte, type LiveParts, xOfYaw } from '../../../generator/src/refiner/live/index.ts';
import { ROOT } from '../../shared.ts';
import { evaluate } from '../graph/reference.ts';
import { apart, normals, refinerWeights, runRefiner, runtime } from './toy.ts';

const file = (name: string): Uint8Array => readFileSync(join(ROOT, 'models', 'portraits-128', name));

describe('xOfYaw', () => {
  const inGraph = (curve: YawCurve, yaws: readonly number[]): Float64Array => {
    const graph = new Graph('curve');
    const yaw = graph.input('yaw', 'float32', [yaws.length]);
    const data = Float64Array.from(yaws);
    return evaluate(graph, { yaw: { shape: [yaws.length], data } }, [xOfYaw(curve, yaw)])[0]!.data;
  };

  it('is xAt, between points, at them, at still stretches and beyond the ends', () => {
    // Multiples of 1/8 are the same numbers in float32.
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(steps, fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1 }), (rises, asked) => {
        const curve = { x: [-1], yaw: [-1] };
        for (const [dx, dy] of rises) {
          curve.x.push(curve.x.at(-1)! + dx / 8);
          curve.yaw.push(curve.yaw.at(-1)! + dy / 8);
        }
        const yaws = asked.map((k) => k / 16);
        const found = inGraph(curve, yaws);
        expect(
          apart(
            found,
            yaws.map((yaw) => xAt(curve, yaw)),
          ),
        ).toBeLessThan(1e-5);
      }),
    );
  });
});

describe('graphMatte', () => {
  const side = 32;
  const matte = async (paint: (x: number, y: number) => readonly number[]): Promise<Float32Array> => {
    const graph = new Graph('matte');
    graph.output('alpha', graphMatte(graph.input('image', 'float32', ['N', 3, side, side])));
    const image = new Float32Array(3 * side * side);
    for (let i = 0; i < side * side; i++)
      paint(i % side, Math.floor(i / side)).forEach((v, c) => {
        image[c * side * side + i] = v;
      });
    const session = await runtime.load(serialize(graph));
    const outputs = await session.run({ image: float32(image, [1, 3, side, side]) });
    await session.release();
    return float32Data(outputs, 'alpha');
  };
  const inDisc = (x: number, y: number, radius: number) => Math.hypot(x - 15.5, y - 18.5) < radius;

  it('is 1 on the subject and what it encloses, 0 on the backdrop, whatever its colour', async () => {
    for (const backdrop of [
      [0.2, 0.2, 0.2],
      [-0.9, 0.9, -0.9],
    ] as const) {
      const ring = await matte((x, y) =>
        inDisc(x, y, 10) && !inDisc(x, y, 4) ? [0.8, -0.3, 0.1] : backdrop,
      );
      for (let i = 0; i < ring.length; i++)
        expect(ring[i]).toBeCloseTo(inDisc(i % side, Math.floor(i / side), 10) ? 1 : 0, 5);
    }
  });

  it('is between at colours near the backdrop', async () => {
    const faint = await matte((x, y) => (inDisc(x, y, 8) ? [0.13, 0, 0] : [0, 0, 0]));
    expect(faint[18 * side + 15]).toBeCloseTo(0.5, 5);
  });
});

describe('buildLive', () => {
  it('draws what the graphs of portraits-128 draw one after the other', async () => {
    const manifest = JSON.parse(new TextDecoder().decode(file('model.json')));
    const { wDim, layers, direction, calibration } = manifest;
    const pca = unpackPca(file('pca.bin'), wDim);
    const range = { from: direction.layers[0], to: direction.layers[1] };
    const shape = { layers, basis: latentBasis(pca), refined: { from: 0, to: 5 } };
    const options = { width: 16, blocks: 1, heads: 2 };
    const along = {
      vector: Float32Array.from(direction.vector),
      probe: Float32Array.from(direction.probe),
      mean: Float32Array.from(direction.mean),
      layers: range,
      zero: direction.zero,
    };
    const curve = { x: calibration.curve.x, yaw: calibration.curve.degrees.map(radians) };
    const { resolution, pivot, relief } = calibration;
    // The second view's yaw is within the reach, the first one's beyond it.
    const [scale, reach] = [1.25, 0.4];
    // The first subject's own yaw is within it, the second one's beyond.
    const sourceReach = 0.02;
    const parts: LiveParts = {
      synthesis: readSynthesisWeights(file('synthesis.onnx')),
      precision: 'float16-weights',
      direction: along,
      curve,
      depth: { weights: readWeights(file('depth.onnx'), 'depth.onnx'), resolution, pivot, relief },
      refiner: { weights: refinerWeights(shape, options, 0.03), shape, options, scale, reach, sourceReach },
    };
    const count = 2;
    const yaw = Float32Array.of(-0.6, 0.3);
    const w = truncate(
      Float32Array.from(normals(4, count * wDim), (v, i) => pca.mean[i % wDim]! + 0.2 * v),
      Float32Array.from(manifest.wAverage),
      0.8,
    );
    const change = normals(9, count * layers * wDim).map((v) => 0.02 * v);

    const base = broadcastToLayers(withoutComponent(w, along.mean, along), wDim, layers).map(
      (v, i) => v + change[i]!,
    );
    const turned = (x: Float32Array) => edit(base, layers, along.vector, x, range);
    const own = coordinate(w, along.mean, along);
    const [least, most] = [-sourceReach, sourceReach].map((end) => along.zero + xAt(curve, end));
    const sources = own.map((x) => Math.min(most!, Math.max(least!, x)));
    expect(Array.from(sources, (x, k) => x === own[k])).toEqual([true, false]);
    const refine = (rotated: Float32Array) =>
      runRefiner(shape, parts.refiner!.weights, options, {
        w: turned(sources),
        rotated,
        yaw: [-reach, yaw[1]! / scale],
        t: [0, 0],
      });
    const rotated = turned(yaw.map((angle) => along.zero + xAt(curve, angle)));
    const refined = await refine(rotated);
    expect(apart(refined, rotated)).toBeGreaterThan(0.1);

    const run = async (model: Uint8Array, feeds: Record<string, ReturnType<typeof float32>>) => {
      const session = await runtime.load(model);
      const outputs = await session.run(feeds);
      await session.release();
      return outputs;
    };
    const feeds = {
      w: float32(w, [count, wDim]),
      edit: float32(change, [count, layers, wDim]),
      yaw: float32(yaw, [count]),
    };
    for (const [latents, refiner] of [
      [refined, parts.refiner],
      [rotated, null],
    ] as const) {
      const ws = float32(latents, [count, layers, wDim]);
      const drawn = float32Data(await run(file('synthesis.onnx'), { ws }), 'image');
      const image = drawn.map((v) => Math.min(1, Math.max(-1, v)));
      const own = await run(file('depth.onnx'), {
        image: float32(image, [count, 3, resolution, resolution]),
      });
      const depth = float32Data(own, 'depth').map((d) => pivot + relief * (d - pivot));
      const live = await run(serialize(buildLive({ ...parts, refiner })), feeds);
      expect(live['image']!.shape).toEqual([count, 3, 128, 128]);
      expect(apart(float32Data(live, 'image'), image)).toBeLessThan(1e-3);
      expect(apart(float32Data(live, 'depth'), depth)).toBeLessThan(1e-4);
      // The matte that sees both views, as a check of the right thing and not of the edge.
      const size = 128 ** 2;
      const covers = await createFlatMatte().cover(
        [0, 1].map((k) => ({ width: 128, height: 128, data: image.slice(3 * k * size, 3 * (k + 1) * size) })),
      );
      const alpha = float32Data(live, 'alpha');
      covers.forEach((cover, k) => {
        let same = 0;
        cover.forEach((v, i) => {
          if (alpha[k * size + i]! >= 0.5 === v >= 0.5) same++;
        });
        expect(same / size).toBeGreaterThan(0.95);
      });
    }
  });

  it('refuses a direction of another W', () => {
    const parts = {
      synthesis: readSynthesisWeights(file('synthesis.onnx')),
      precision: 'float32',
      direction: {
        vector: new Float32Array(3),
        probe: new Float32Array(256),
        mean: new Float32Array(256),
        layers: { from: 0, to: 6 },
        zero: 0,
      },
      curve: { x: [0, 1], yaw: [0, 1] },
      depth: { weights: {}, resolution: 128, pivot: 1, relief: 1 },
      refiner: null,
    } satisfies LiveParts;
    expect(() => buildLive(parts)).toThrow(/live: expected a vector of 256 numbers, got 3/);
  });
});
