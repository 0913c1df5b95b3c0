import { describe, expect, it } from 'vitest';
import {
  inverse,
  motionOf,
  rotationOf,
  sampleBilinear,
  warp,
  yawOrbit,
  yawPose,
} from '../../../generator/src/calibration/warp/index.ts';
import { Graph, gradients, mul, sum, type Value } from '../../../generator/src/graph/index.ts';
import { type Matrix3, subjectToCamera } from '../../../plugin/src/asset/camera.ts';
import { checkForward, checkGradient, largest, relativeError, runFloat32 } from '../graph/check.ts';
import { evaluate } from '../graph/reference.ts';
import type { Tensor } from '../graph/reference-tensor.ts';

const FOCAL = 9.21;
const SIZE = 24;

/** A smooth picture. */
const picture = (c: number, x: number, y: number): number =>
  Math.sin(1.3 * x + 0.4 * c) * Math.cos(0.9 * y - 0.7 * c);

const image = (channels: number): Tensor => ({
  shape: [1, channels, SIZE, SIZE],
  data: Float64Array.from({ length: channels * SIZE * SIZE }, (_, i) => {
    const [c, row, column] = [Math.floor(i / SIZE / SIZE), Math.floor(i / SIZE) % SIZE, i % SIZE];
    return Math.fround(picture(c, column / 8, row / 8));
  }),
});

/** A convex blob about the pivot. */
const blob = (): Tensor => ({
  shape: [1, 1, SIZE, SIZE],
  data: Float64Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [x, y] = [((i % SIZE) + 0.5) / SIZE - 0.5, (Math.floor(i / SIZE) + 0.5) / SIZE - 0.5];
    return Math.fround(1.03 - 0.09 * Math.exp(-6 * (x * x + y * y)));
  }),
});

type Vector = readonly [number, number, number];

/** Rotation by axis and angle, from the quaternion. */
function rotation([x, y, z]: Vector): number[][] {
  const angle = Math.hypot(x, y, z);
  const s = angle === 0 ? 0 : Math.sin(angle / 2) / angle;
  const [a, b, c, d] = [Math.cos(angle / 2), x * s, y * s, z * s];
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
}

/** Eq. 3 pixel by pixel, as it stands in the paper. */
function plainWarp(source: Tensor, depth: Tensor, pose: readonly number[], focal: number) {
  const channels = source.shape[1]!;
  const r = rotation(pose.slice(0, 3) as unknown as Vector);
  const warped = new Float64Array(channels * SIZE * SIZE);
  const valid = new Float64Array(SIZE * SIZE);
  const distance = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < SIZE; i++)
    for (let j = 0; j < SIZE; j++) {
      const at = i * SIZE + j;
      const d = depth.data[at]!;
      const point = [
        (((j + 0.5) * 2) / SIZE - 1) * (d / focal),
        (1 - ((i + 0.5) * 2) / SIZE) * (d / focal),
        -d,
      ];
      const q = r.map((line, k) => line.reduce((s, v, m) => s + v * point[m]!, pose[3 + k]!));
      distance[at] = -q[2]!;
      const column = (((focal * q[0]!) / distance[at]! + 1) * SIZE - 1) / 2;
      const row = ((1 - (focal * q[1]!) / distance[at]!) * SIZE - 1) / 2;
      valid[at] = +(column >= 0 && column <= SIZE - 1 && row >= 0 && row <= SIZE - 1);
      const clamp = (v: number) => Math.min(Math.max(v, 0), SIZE - 1);
      const [x, y] = [clamp(column), clamp(row)];
      const [x0, y0] = [Math.min(Math.floor(x), SIZE - 2), Math.min(Math.floor(y), SIZE - 2)];
      for (let c = 0; c < channels; c++) {
        const pixel = (dy: number, dx: number) => source.data[(c * SIZE + y0 + dy) * SIZE + x0 + dx]!;
        const [fx, fy] = [x - x0, y - y0];
        warped[c * SIZE * SIZE + at] =
          (pixel(0, 0) * (1 - fx) + pixel(0, 1) * fx) * (1 - fy) +
          (pixel(1, 0) * (1 - fx) + pixel(1, 1) * fx) * fy;
      }
    }
  return { warped, valid, distance };
}

const apply = (m: Matrix3, p: Vector): number[] =>
  m.map((row) => row[0] * p[0] + row[1] * p[1] + row[2] * p[2]);

describe('poses', () => {
  it('rotate by axis and angle, down to no angle at all', () => {
    for (const axisAngle of [
      [0, 0, 0],
      [1e-4, -2e-4, 5e-5],
      [0.3, -0.8, 0.2],
      [0, 2.9, 0],
    ] as Vector[]) {
      const graph = new Graph('rotation');
      const input = graph.input('a', 'float32', [1, 3]);
      const [found] = evaluate(graph, { a: { shape: [1, 3], data: Float64Array.from(axisAngle) } }, [
        rotationOf(input),
      ]);
      expect(relativeError(found!.data, Float64Array.from(rotation(axisAngle).flat()))).toBeLessThan(1e-9);
    }
  });

  it('orbit as the camera of plugin/asset does: subject → view a → view b is subject → view b', () => {
    const [a, b] = [0.35, -0.5];
    const graph = new Graph('orbit');
    const yaw = graph.input('yaw', 'float32', [1]);
    const { rotation: r, translation: t } = yawOrbit(yaw);
    const [rot, shift] = evaluate(graph, { yaw: { shape: [1], data: Float64Array.of(b - a) } }, [r, t]);
    for (const point of [
      [0.1, 0.02, 0.07],
      [-0.05, 0.1, -0.08],
    ] as Vector[]) {
      // The camera stands 1 behind the pivot along its own +Z.
      const inA = apply(subjectToCamera(a), point).map((v, k) => v - (k === 2 ? 1 : 0));
      const inB = apply(subjectToCamera(b), point).map((v, k) => v - (k === 2 ? 1 : 0));
      const moved = [0, 1, 2].map((k) =>
        inA.reduce((s, v, m) => s + rot!.data[k * 3 + m]! * v, shift!.data[k]!),
      );
      moved.forEach((v, k) => {
        expect(v).toBeCloseTo(inB[k]!, 9);
      });
    }
  });

  it('of an orbit by yaw are the same as a vector and as matrices', () => {
    const graph = new Graph('orbit');
    const yaw = graph.input('yaw', 'float32', [2]);
    const [direct, viaPose] = [yawOrbit(yaw), motionOf(yawPose(yaw))];
    const feeds = { yaw: { shape: [2], data: Float64Array.of(0.6, -0.2) } };
    const [r, t, r2, t2] = evaluate(graph, feeds, [
      direct.rotation,
      direct.translation,
      viaPose.rotation,
      viaPose.translation,
    ]);
    expect(relativeError(r2!.data, r!.data)).toBeLessThan(1e-9);
    expect(relativeError(t2!.data, t!.data)).toBeLessThan(1e-9);
  });

  it('undo each other with their inverse', () => {
    const graph = new Graph('inverse');
    const pose = graph.input('pose', 'float32', [1, 6]);
    const there = motionOf(pose);
    const again = inverse(inverse(there));
    const feeds = { pose: { shape: [1, 6], data: Float64Array.of(0.2, 0.4, -0.1, 0.3, -0.2, 0.1) } };
    const [t, u, back] = evaluate(graph, feeds, [
      there.translation,
      again.translation,
      inverse(there).translation,
    ]);
    expect(relativeError(u!.data, t!.data)).toBeLessThan(1e-12);
    expect(relativeError(back!.data, t!.data)).toBeGreaterThan(0.1);
  });
});

describe('warp', () => {
  const pose = [0.02, 0.3, -0.05, Math.sin(0.3) + 0.004, -0.003, Math.cos(0.3) - 1];

  function build(graph: Graph) {
    const source = graph.input('image', 'float32', [1, 2, SIZE, SIZE]);
    const depth = graph.input('depth', 'float32', [1, 1, SIZE, SIZE]);
    const six = graph.input('pose', 'float32', [1, 6]);
    const focal = graph.input('focal', 'float32', []);
    return {
      ...warp({ image: source, depth, motion: motionOf(six), focal }),
      inputs: [source, depth, six, focal],
    };
  }

  const feeds = {
    image: image(2),
    depth: blob(),
    pose: { shape: [1, 6], data: Float64Array.from(pose, Math.fround) },
    focal: { shape: [], data: Float64Array.of(Math.fround(FOCAL)) },
  };

  it('is eq. 3, to 1e-5 in ONNX Runtime', async () => {
    const graph = new Graph('warp');
    const { image: warped, valid, depth } = build(graph);
    for (const [name, value] of Object.entries({ warped, valid, depth })) graph.output(`out.${name}`, value);
    const expected = plainWarp(feeds.image, feeds.depth, [...feeds.pose.data], feeds.focal.data[0]!);
    const share = expected.valid.reduce((a, b) => a + b, 0) / expected.valid.length;
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(1);
    const [exact] = evaluate(graph, feeds, [warped]);
    expect(relativeError(exact!.data, expected.warped)).toBeLessThan(1e-7);
    const found = await runFloat32(graph, feeds);
    expect(relativeError(found['out.warped']!.data as Float32Array, expected.warped)).toBeLessThan(1e-5);
    expect(relativeError(found['out.depth']!.data as Float32Array, expected.distance)).toBeLessThan(1e-6);
    expect(Array.from(found['out.valid']!.data as Float32Array)).toEqual([...expected.valid]);
  });

  it('has the gradients of image, depth, pose and focal length that differences show', async () => {
    const graph = new Graph('warp');
    const { image: warped, valid, inputs } = build(graph);
    const weights = graph.constant(
      Float32Array.from({ length: 2 * SIZE * SIZE }, (_, i) => Math.sin(i * 0.7)),
      [1, 2, SIZE, SIZE],
    );
    const loss = sum(mul(mul(warped, valid), weights));
    const found = gradients(loss, inputs);
    const exact = evaluate(graph, feeds, found);
    const names = ['image', 'depth', 'pose', 'focal'] as const;
    names.forEach((name, k) => {
      const { shape, data } = feeds[name];
      // Far from every pixel's border, where the bilinear function has a kink, a tiny step stays on one side.
      const step = 1e-7;
      const picked = data.length > 40 ? [...data.keys()].filter((i) => i % 37 === 5) : [...data.keys()];
      const at = (i: number, by: number) => {
        const moved = data.slice();
        moved[i]! += by;
        return evaluate(graph, { ...feeds, [name]: { shape, data: moved } }, [loss])[0]!.data[0]!;
      };
      const expected = Float64Array.from(picked, (i) => (at(i, step) - at(i, -step)) / (2 * step));
      expect(largest(expected)).toBeGreaterThan(1e-3);
      const chosen = picked.map((i) => exact[k]!.data[i]!);
      expect(relativeError(chosen, expected), name).toBeLessThan(1e-4);
    });
    found.forEach((value: Value, k) => {
      graph.output(`d${k}`, value);
    });
    const outputs = await runFloat32(graph, feeds);
    exact.forEach(({ data }, k) => {
      expect(relativeError(outputs[`d${k}`]!.data as Float32Array, data), names[k]).toBeLessThan(1e-4);
    });
  });

  it('leaves a picture as it is where nothing moves', async () => {
    const graph = new Graph('still');
    const source = graph.input('image', 'float32', [1, 1, SIZE, SIZE]);
    const still = yawOrbit(graph.constant(Float32Array.of(0), [1]));
    const depth = graph.constant(new Float32Array(SIZE * SIZE).fill(1.02), [1, 1, SIZE, SIZE]);
    graph.output('y', warp({ image: source, depth, motion: still, focal: FOCAL }).image);
    const { y } = await runFloat32(graph, { image: image(1) });
    expect(relativeError(y!.data as Float32Array, image(1).data)).toBeLessThan(1e-5);
  });
});

describe('sampleBilinear', () => {
  const place = (x: number, input: number): number => (input === 0 ? x : 2.5 + 2.3 * x + 0.013);
  const operator = {
    shapes: [
      [2, 3, 6, 6],
      [2, 1, 2, 5],
      [2, 1, 2, 5],
    ],
    domain: place,
    build: ([x, column, row]: readonly Value[]) => sampleBilinear(x!, column!, row!),
  };

  it('agrees with the reference', () => checkForward(operator));
  it('has the gradients that differences show', () => checkGradient(operator));

  it('continues the border outside', async () => {
    const graph = new Graph('border');
    const x = graph.input('x', 'float32', [1, 1, 2, 2]);
    const column = graph.constant(Float32Array.of(-5, 9, 0.5), [1, 1, 1, 3]);
    const row = graph.constant(Float32Array.of(-5, 9, 0), [1, 1, 1, 3]);
    graph.output('y', sampleBilinear(x, column, row));
    const { y } = await runFloat32(graph, { x: { shape: [1, 1, 2, 2], data: Float64Array.of(1, 2, 3, 4) } });
    expect(Array.from(y!.data as Float32Array)).toEqual([1, 4, 1.5]);
  });
});
