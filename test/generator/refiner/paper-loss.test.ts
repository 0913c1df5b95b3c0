import { describe, expect, it } from 'vitest';
import { motionOf } from '../../../generator/src/calibration/warp/index.ts';
import { float32Data, Graph, serialize } from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { type PaperLossOptions, paperLoss } from '../../../generator/src/refiner/paper-loss.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';
import { normals, pose as orbit } from './toy.ts';

const runtime = createRuntime({ threads: 1 });
const FOCAL = 14 / 1.52;
const PAPER: PaperLossOptions = { kind: 'paper', warp: 1, latent: 1, feature: 1, reduction: 'norm' };

/** What the loss is of, as plain numbers: R rows of [L,D], [3,S,S], [S,S], poses of 6, [C,F,F]. */
interface Rows {
  readonly count: number;
  readonly side: number;
  readonly latent: readonly [number, number];
  readonly feature: readonly [number, number];
  readonly refined: Float32Array;
  readonly source: Float32Array;
  readonly image: Float32Array;
  readonly sourceImage: Float32Array;
  readonly depth: Float32Array;
  readonly pose: Float32Array;
  readonly features: Float32Array;
  readonly sourceFeatures: Float32Array;
}

async function lossOf(rows: Rows, options: PaperLossOptions): Promise<Record<string, number>> {
  const { count, side, latent, feature } = rows;
  const graph = new Graph('paper');
  const value = (data: Float32Array, ...shape: readonly number[]) => graph.constant(data, [count, ...shape]);
  const { loss, parts } = paperLoss(
    {
      refined: value(rows.refined, ...latent),
      source: value(rows.source, ...latent),
      image: value(rows.image, 3, side, side),
      sourceImage: value(rows.sourceImage, 3, side, side),
      sourceDepth: value(rows.depth, 1, side, side),
      motion: motionOf(value(rows.pose, 6)),
      features: value(rows.features, feature[0], feature[1], feature[1]),
      sourceFeatures: value(rows.sourceFeatures, feature[0], feature[1], feature[1]),
      focal: FOCAL,
    },
    options,
  );
  graph.output('loss', loss);
  for (const [name, part] of Object.entries(parts)) graph.output(name, part);
  const session = await runtime.load(serialize(graph));
  const outputs = await session.run({});
  await session.release();
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, float32Data(outputs, name)[0]!]));
}

/** ‖a − b‖² of all rows together. */
const squares = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);

/** Rodrigues' rotation of a point, then the translation: numbers straight from the formula. */
function moved(pose: ArrayLike<number>, point: readonly [number, number, number]): [number, number, number] {
  const [a, b, c] = [pose[0]!, pose[1]!, pose[2]!];
  const angle = Math.hypot(a, b, c);
  const [x, y, z] = [a / angle, b / angle, c / angle];
  const [px, py, pz] = point;
  const cross = [y * pz - z * py, z * px - x * pz, x * py - y * px];
  const along = x * px + y * py + z * pz;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x, y, z].map(
    (axis, i) => point[i]! * cos + cross[i]! * sin + axis * along * (1 - cos) + pose[3 + i]!,
  ) as [number, number, number];
}

/** Eq. 3 in float64: where each pixel of w's picture lies in ŵ's, read there bilinearly, the border going on. */
function warped(rows: Rows, row: number): number[] {
  const { side, image, depth, pose } = rows;
  const area = side * side;
  const out = new Array<number>(3 * area);
  for (let i = 0; i < area; i++) {
    const [across, up] = [(2 * (i % side) + 1) / side - 1, 1 - (2 * Math.floor(i / side) + 1) / side];
    const d = depth[row * area + i]!;
    const [x, y, z] = moved(pose.subarray(6 * row, 6 * row + 6), [
      (across * d) / FOCAL,
      (up * d) / FOCAL,
      -d,
    ]);
    const held = (v: number) => Math.min(side - 1, Math.max(0, v));
    const column = held(((1 - (FOCAL * x) / z) * side) / 2 - 0.5);
    const line = held(((1 + (FOCAL * y) / z) * side) / 2 - 0.5);
    const [left, top] = [Math.min(side - 2, Math.floor(column)), Math.min(side - 2, Math.floor(line))];
    for (let c = 0; c < 3; c++) {
      const at = (dy: number, dx: number) => image[(row * 3 + c) * area + (top + dy) * side + left + dx]!;
      const [u, v] = [column - left, line - top];
      out[c * area + i] =
        (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
    }
  }
  return out;
}

/** Two rows of random numbers with small free motions, not about any pivot. */
function randomRows(): Rows {
  const [count, side] = [2, 6];
  return {
    count,
    side,
    latent: [3, 4],
    feature: [5, 2],
    refined: normals(1, count * 12),
    source: normals(2, count * 12),
    image: normals(3, count * 3 * side * side),
    sourceImage: normals(4, count * 3 * side * side),
    depth: normals(5, count * side * side).map((value) => 2 + 0.1 * value),
    pose: Float32Array.of(0.02, -0.05, 0.01, 0.03, -0.02, 0.05, -0.03, 0.04, -0.02, -0.06, 0.04, -0.1),
    features: normals(6, count * 20),
    sourceFeatures: normals(7, count * 20),
  };
}

describe('eq. 4–8 against float64 references', () => {
  const rows = randomRows();
  const { count, side } = rows;
  const area = 3 * side * side;
  const reference = {
    /** Eq. 3 and 4. */
    warp:
      [0, 1].reduce(
        (sum, row) =>
          sum + squares(warped(rows, row), rows.sourceImage.subarray(row * area, (row + 1) * area)),
        0,
      ) / count,
    /** Eq. 6. */
    latent: squares(rows.refined, rows.source) / count,
    /** Eq. 7. */
    feature: squares(rows.features, rows.sourceFeatures) / count,
  };

  it('as written: squared norms of each view, averaged over views, every λ 1', async () => {
    const parts = await lossOf(rows, PAPER);
    for (const [name, expected] of Object.entries(reference))
      expect(parts[name]! / expected, name).toBeCloseTo(1, 4);
    // Eq. 5 and 8: L = L_warp + λ_reg·(L_latent + λ_feat·L_feat).
    const { warp, latent, feature } = reference;
    expect(parts['loss']! / (warp + 1 * (latent + 1 * feature))).toBeCloseTo(1, 4);
  });

  it('weighs them, and leaves out what weighs nothing', async () => {
    const { warp, latent, feature } = reference;
    const weighted = await lossOf(rows, { ...PAPER, latent: 0.5, feature: 0.25 });
    expect(weighted['loss']! / (warp + 0.5 * latent + 0.25 * feature)).toBeCloseTo(1, 4);
    for (const name of ['warp', 'latent', 'feature'] as const) {
      const { loss } = await lossOf(rows, { ...PAPER, [name]: 0 });
      expect(loss! / (warp + latent + feature - reference[name]), name).toBeCloseTo(1, 4);
    }
  });

  it('takes means of elements for norms where it is told to', async () => {
    const parts = await lossOf(rows, { ...PAPER, reduction: 'mean' });
    expect(parts['warp']! / (reference.warp / area)).toBeCloseTo(1, 4);
    expect(parts['latent']! / (reference.latent / 12)).toBeCloseTo(1, 4);
    expect(parts['feature']! / (reference.feature / 20)).toBeCloseTo(1, 4);
  });
});

describe('the warp of eq. 4', () => {
  const SIDE = 64;
  /** An ellipsoid drawn at one yaw and said to be seen at another. */
  async function errorOf(drawn: number, said: number): Promise<number> {
    const own = ellipsoidView(1, 0, SIDE);
    const none = new Float32Array(1);
    const rows: Rows = {
      count: 1,
      side: SIDE,
      latent: [1, 1],
      feature: [1, 1],
      refined: none,
      source: none,
      image: Float32Array.from(ellipsoidView(1, drawn, SIDE).image.data),
      sourceImage: Float32Array.from(own.image.data),
      depth: Float32Array.from(own.depth, (d) => d || 1.04),
      pose: orbit([said]),
      features: none,
      sourceFeatures: none,
    };
    return (await lossOf(rows, { ...PAPER, reduction: 'mean' }))['warp']!;
  }

  it('takes a turned view back to the source by the motion that it turned by', async () => {
    const [still, right, unsaid, wrongWay] = [
      await errorOf(0, 0),
      await errorOf(0.2, 0.2),
      await errorOf(0.2, 0),
      await errorOf(0.2, -0.2),
    ];
    expect(still).toBeLessThan(1e-6);
    expect(right).toBeLessThan(0.5 * unsaid!);
    expect(wrongWay).toBeGreaterThan(unsaid!);
  });
});
