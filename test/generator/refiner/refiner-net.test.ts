import { describe, expect, it } from 'vitest';
import {
  buildTrainingStep,
  elementCount,
  float32Data,
  frozenParameters,
  Graph,
  initialState,
  loadTraining,
  mean,
  mul,
  scheduleFeeds,
  serialize,
  sub,
  trainingModel,
} from '../../../generator/src/graph/index.ts';
import { selfAttention } from '../../../generator/src/refiner/attention.ts';
import {
  buildRefiner,
  REFINER_SCOPE,
  type RefinerBody,
  type RefinerOptions,
  type RefinerShape,
  refine,
  signalAt,
} from '../../../generator/src/refiner/index.ts';
import {
  apart,
  feeds,
  normals,
  refinerSpecs,
  refinerWeights,
  runGraph,
  runRefiner,
  runtime,
  small,
  TOY,
  toyBasis,
  toyLatents,
} from './toy.ts';

const BODIES: readonly RefinerBody[] = ['transformer', 'mlp', 'none'];

/** A refiner under training towards a target. */
function trainingStep(shape: RefinerShape, count: number, options: Partial<RefinerOptions>) {
  const { layers, basis } = shape;
  return buildTrainingStep('refiner', (scope, graph) => {
    const latents = (name: string) => graph.input(name, 'float32', [count, layers, basis.dim]);
    const inputs = {
      w: latents('w'),
      rotated: latents('rotated'),
      pose: graph.input('pose', 'float32', [count, 6]),
      t: graph.input('t', 'float32', [count]),
    };
    const refined = refine(scope.scope(REFINER_SCOPE), inputs, shape, options);
    const error = sub(refined, latents('target'));
    return { loss: mean(mul(error, error)) };
  });
}

describe('refine', () => {
  for (const body of BODIES)
    it(`${body}: starts as the rotated latents, to the bit`, async () => {
      const latents = toyLatents(TOY, 3);
      const options = small({ body });
      expect(await runRefiner(TOY, refinerWeights(TOY, options), options, latents)).toEqual(latents.rotated);
    });

  it('starts, under noise, as the best linear guess about the source', async () => {
    const { layers, basis, refined } = TOY;
    const { dim } = basis;
    for (const schedule of ['cosine', 'linear'] as const) {
      const latents = toyLatents(TOY, 2, 0.4);
      const options = small({ body: 'transformer', schedule });
      const found = await runRefiner(TOY, refinerWeights(TOY, options), options, latents);
      const a = signalAt(schedule, 0.4);
      const guess = latents.rotated.map((z, at) => {
        const layer = Math.floor(at / dim) % layers;
        if (layer < refined.from || layer >= refined.to) return z;
        const middle = basis.mean[at % dim]!;
        return middle + a * (z - middle) + (1 - a * a) * (latents.w[at]! - middle);
      });
      expect(apart(found, guess)).toBeLessThan(1e-5);
    }
  });

  for (const body of BODIES)
    it(`${body}: leaves other layers as they are, and gives the same for N and for a number`, async () => {
      const { layers, basis, refined } = TOY;
      const options = small({ body });
      const weights = refinerWeights(TOY, options, 0.3);
      const latents = toyLatents(TOY, 3, 0.2);
      const found = await runRefiner(TOY, weights, options, latents);
      found.forEach((value, at) => {
        const layer = Math.floor(at / basis.dim) % layers;
        const changes = layer >= refined.from && layer < refined.to;
        if (!changes) expect(value).toBe(latents.rotated[at]);
        else expect(Math.abs(value - latents.rotated[at]!)).toBeGreaterThan(1e-5);
      });
      const graph = new Graph('fixed');
      const input = feeds(TOY, latents);
      const of = (name: keyof typeof input) => graph.input(name, 'float32', input[name].shape);
      const inputs = { w: of('w'), rotated: of('rotated'), pose: of('pose'), t: of('t') };
      const scope = frozenParameters(graph, weights).scope(REFINER_SCOPE);
      graph.output('refined', refine(scope, inputs, TOY, options));
      expect(apart(await runGraph(graph, input), found)).toBeLessThan(1e-6);
    });

  for (const body of BODIES)
    it(`${body}: every parameter learns from the second step on, the last layers from the first`, async () => {
      const options = small({ body });
      const step = trainingStep(TOY, 3, options);
      const session = await runtime.load(serialize(step.graph));
      const batch = { ...feeds(TOY, toyLatents(TOY, 3, 0.1)) };
      const target = { ...batch.w, data: normals(20, batch.w.data.length) };
      let state: Record<string, Float32Array> = { ...initialState(step, 1) };
      const before = { ...state };
      for (let index = 0; index < 3; index++) {
        const outputs = await session.run({
          ...batch,
          target,
          ...scheduleFeeds(step, index, 1e-2),
          ...Object.fromEntries(
            step.state.map(({ name, shape }) => [
              name,
              { dtype: 'float32' as const, shape, data: state[name]! },
            ]),
          ),
        });
        state = Object.fromEntries(step.state.map(({ name, next }) => [name, float32Data(outputs, next)]));
      }
      await session.release();
      // Keys' offset is the one thing that attention does not see: softmax is the same with it.
      for (const { name } of step.parameters)
        expect(apart(state[name]!, before[name]!), name).toBeGreaterThan(1e-5);
    });

  it('learns a correction, whatever its body, and the curve learns at three times the rate', async () => {
    const { layers, basis, refined } = TOY;
    const { dim } = basis;
    const count = 16;
    const latents = { ...toyLatents(TOY, count), yaw: Array.from({ length: count }, (_, k) => k / 8 - 1) };
    // A bend that follows the yaw, and a pull to the source.
    const target = latents.rotated.map((value, at) => {
      const layer = Math.floor(at / dim) % layers;
      if (layer < refined.from || layer >= refined.to) return value;
      const yaw = latents.yaw[Math.floor(at / dim / layers)]!;
      return value + 0.5 * Math.sin(2 * yaw) * ((at % 3) - 1) + 0.3 * (latents.w[at]! - value);
    });
    for (const body of BODIES) {
      const options = small({ body });
      const step = trainingStep(TOY, count, options);
      for (const { name, rateScale } of step.parameters)
        expect(rateScale, name).toBe(name.startsWith('refiner.curve.') ? 3 : 1);
      const session = await loadTraining(runtime, trainingModel(step, null), initialState(step, 3));
      const batch = feeds(TOY, latents);
      const losses: number[] = [];
      for (let index = 0; index < 60; index++) {
        const { loss } = await session.step({
          ...batch,
          target: { ...batch.w, data: target },
          ...scheduleFeeds(step, index, 5e-3),
        });
        losses.push(loss![0]!);
      }
      await session.release();
      // The curve alone cannot know the source.
      expect(losses.at(-1)! / losses[0]!, body).toBeLessThan(body === 'none' ? 0.8 : 0.4);
    }
  });

  it('is told all of a free motion where it is asked to, else its yaw alone', async () => {
    const latents = toyLatents(TOY, 2);
    for (const condition of ['yaw', 'motion'] as const) {
      const options = small({ body: 'transformer', curve: false, condition });
      const weights = refinerWeights(TOY, options, 0.3);
      const told = feeds(TOY, latents);
      const under = async (index: number): Promise<number> => {
        const pose = told.pose.data.slice() as Float32Array;
        pose[index]! += 0.2;
        const graph = () => buildRefiner(weights, TOY, options);
        const moved = await runGraph(graph(), { ...told, pose: { ...told.pose, data: pose } });
        return apart(moved, await runGraph(graph(), told));
      };
      expect(await under(1), `${condition}: yaw`).toBeGreaterThan(1e-3);
      for (const index of [0, 2, 3, 4, 5]) {
        const change = await under(index);
        if (condition === 'motion') expect(change, `pose ${index}`).toBeGreaterThan(1e-4);
        else expect(change, `pose ${index}`).toBe(0);
      }
    }
  });

  it('has the parameters of the prototype at 5 tokens of 256', () => {
    const dim = 256;
    const identity = Float32Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? 1 : 0));
    const basis = {
      dim,
      mean: new Float32Array(dim),
      components: identity,
      deviations: new Float32Array(dim).fill(1),
    };
    const shape = { layers: 12, basis, refined: { from: 0, to: 5 } };
    const millions = (options: Partial<RefinerOptions>): number =>
      refinerSpecs(shape, options).reduce((n, spec) => n + elementCount(spec.shape), 0) / 1e6;
    expect(millions({ body: 'transformer', curve: false })).toBeCloseTo(2.3, 1);
    expect(millions({ body: 'mlp', curve: false })).toBeCloseTo(3.6, 1);
    expect(millions({ body: 'none' })).toBeCloseTo(0.084, 3);
  });

  it('refuses layers, inputs and heads that do not fit', () => {
    const specs = (shape: RefinerShape, options: Partial<RefinerOptions> = {}) =>
      refinerSpecs(shape, options);
    expect(() => specs({ ...TOY, refined: { from: 2, to: 6 } })).toThrow(/layers within 0-5, got 2-6/);
    expect(() => specs(TOY, small({ heads: 3 }))).toThrow(/heads that divide a width of 16, got 3/);
    const graph = new Graph('wrong');
    const latents = (name: string) => graph.input(name, 'float32', [2, 5, 6]);
    const inputs = {
      w: latents('w'),
      rotated: latents('rotated'),
      pose: graph.input('pose', 'float32', [2, 3]),
      t: graph.input('t', 'float32', [2]),
    };
    expect(() => refine(frozenParameters(graph, {}), inputs, TOY)).toThrow(
      /expected pose float32 \[2,6\], got float32 \[2,3\]/,
    );
    expect(() => refine(frozenParameters(graph, {}), inputs, { ...TOY, basis: toyBasis(4) })).toThrow(
      /expected w float32 \[2,5,4\]/,
    );
  });
});

describe('selfAttention', () => {
  it('is softmax(QKᵀ/√d)·V in each head, by hand in float64', async () => {
    const [count, tokens, width, heads] = [2, 3, 4, 2];
    const size = width / heads;
    const weights = {
      'qkv.weight': normals(1, 3 * width * width),
      'qkv.bias': normals(2, 3 * width),
      'output.weight': normals(3, width * width),
      'output.bias': normals(4, width),
    };
    const x = normals(5, count * tokens * width);
    const graph = new Graph('attention');
    const input = graph.input('x', 'float32', ['N', tokens, width]);
    graph.output('refined', selfAttention(frozenParameters(graph, weights), input, heads));
    const session = await runtime.load(serialize(graph));
    const found = float32Data(
      await session.run({ x: { dtype: 'float32', shape: [count, tokens, width], data: x } }),
      'refined',
    );
    await session.release();

    const dense = (weight: Float32Array, bias: Float32Array, row: ArrayLike<number>): number[] =>
      Array.from(bias, (b, o) => Array.from(row).reduce((sum, v, i) => sum + v * weight[o * width + i]!, b));
    for (let n = 0; n < count; n++) {
      const rows = Array.from({ length: tokens }, (_, token) =>
        dense(
          weights['qkv.weight'],
          weights['qkv.bias'],
          x.subarray((n * tokens + token) * width, (n * tokens + token + 1) * width),
        ),
      );
      for (let token = 0; token < tokens; token++) {
        const mixed = new Array<number>(width).fill(0);
        for (let h = 0; h < heads; h++) {
          const at = (part: number, i: number): number => part * width + h * size + i;
          const scores = rows.map((other) => {
            let dot = 0;
            for (let i = 0; i < size; i++) dot += rows[token]![at(0, i)]! * other[at(1, i)]!;
            return Math.exp(dot / Math.sqrt(size));
          });
          const total = scores.reduce((a, b) => a + b);
          rows.forEach((other, j) => {
            for (let i = 0; i < size; i++) mixed[h * size + i]! += (scores[j]! / total) * other[at(2, i)]!;
          });
        }
        const expected = dense(weights['output.weight'], weights['output.bias'], mixed);
        expected.forEach((value, i) => {
          expect(found[(n * tokens + token) * width + i]).toBeCloseTo(value, 4);
        });
      }
    }
  });
});
