import { describe, expect, it } from 'vitest';
import {
  type BuildTraining,
  batchNorm,
  buildTrainingStep,
  convLayer,
  denseLayer,
  elementCount,
  frozenParameters,
  Graph,
  globalAveragePool,
  gradients,
  initialState,
  layerNorm,
  mean,
  mul,
  type OptimiserOptions,
  ParameterScope,
  relu,
  scheduleFeeds,
  sub,
  sum,
  TrainableParameters,
  type TrainingStep,
  type Value,
  weightsOf,
} from '../../../generator/src/graph/index.ts';
import { checkGradient, numbersFrom, relativeError, runFloat32 } from './check.ts';
import { evaluate } from './reference.ts';
import type { Tensor } from './reference-tensor.ts';

const BATCH = 4;

function network(scope: ParameterScope, image: Value): Value {
  const first = relu(
    batchNorm(scope.scope('norm'), convLayer(scope.scope('conv'), image, 4, { bias: false })),
  );
  return denseLayer(scope.scope('head', { rateScale: 3 }), globalAveragePool(first), 2);
}

const build: BuildTraining = (scope, graph) => {
  const image = graph.input('image', 'float32', [BATCH, 3, 6, 6]);
  const target = graph.input('target', 'float32', [BATCH, 2]);
  const error = sub(network(scope, image), target);
  return { loss: mean(mul(error, error)), metrics: { largest: sum(mul(error, error)) } };
};

const batch: Record<string, Tensor> = {
  image: { shape: [BATCH, 3, 6, 6], data: numbersFrom(3, BATCH * 108).map(Math.fround) },
  target: { shape: [BATCH, 2], data: numbersFrom(4, BATCH * 2).map(Math.fround) },
};

const scalars = (step: TrainingStep, index: number, rate: number): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(scheduleFeeds(step, index, rate)).map(([name, { data }]) => [
      name,
      { shape: [], data: Float64Array.from(data as Float32Array) },
    ]),
  );

/** AdamW as PyTorch's documentation writes it, on plain arrays. */
class PlainAdamW {
  #m: Float64Array;
  #v: Float64Array;
  #t = 0;
  readonly weight: Float64Array;

  constructor(weight: Float64Array) {
    this.weight = weight.slice();
    this.#m = new Float64Array(weight.length);
    this.#v = new Float64Array(weight.length);
  }

  step(gradient: Float64Array, rate: number, o: OptimiserOptions, decay: boolean): void {
    this.#t++;
    gradient.forEach((g, i) => {
      if (decay) this.weight[i]! -= rate * o.weightDecay * this.weight[i]!;
      this.#m[i] = o.beta1 * this.#m[i]! + (1 - o.beta1) * g;
      this.#v[i] = o.beta2 * this.#v[i]! + (1 - o.beta2) * g * g;
      const m = this.#m[i]! / (1 - o.beta1 ** this.#t);
      const v = this.#v[i]! / (1 - o.beta2 ** this.#t);
      this.weight[i]! -= (rate * m) / (Math.sqrt(v) + o.epsilon);
    });
  }
}

describe('training step', () => {
  const step = buildTrainingStep('test', build, {
    beta2: 0.99,
    epsilon: 1e-3,
    weightDecay: 0.1,
    clipNorm: 0.05,
    averageDecay: 0.9,
  });

  it('is AdamW with clipping, decoupled decay, a rate for each part and a moving average, step by step', () => {
    // The same loss with plain inputs, to get gradients apart from the optimiser.
    const graph = new Graph('gradients');
    const scope = new TrainableParameters(graph);
    const { loss } = build(scope, graph);
    const learned = scope.tensors.filter(({ spec }) => spec.kind === 'parameter');
    const slopes = gradients(
      loss,
      learned.map(({ input }) => input),
    );
    const plain = new Map(
      learned.map(({ spec }) => [
        spec.name,
        new PlainAdamW(Float64Array.from(initialState(step, 5)[spec.name]!)),
      ]),
    );
    const averages = new Map([...plain].map(([name, { weight }]) => [name, weight.slice()]));
    let state: Record<string, Tensor> = Object.fromEntries(
      step.state.map(({ name, shape }) => [
        name,
        { shape, data: Float64Array.from(initialState(step, 5)[name]!) },
      ]),
    );
    for (let t = 0; t < 4; t++) {
      const rate = 0.02 / (t + 1);
      const feeds = { ...batch, ...state };
      const found = evaluate(graph, feeds, slopes);
      const norm = Math.sqrt(found.reduce((s, { data }) => s + data.reduce((q, g) => q + g * g, 0), 0));
      const factor = Math.min(1, 0.05 / (norm + 1e-6));
      expect(factor).toBeLessThan(1);
      const outputs = evaluate(step.graph, { ...feeds, ...scalars(step, t, rate) });
      const named = Object.fromEntries(step.graph.outputs.map(({ name }, i) => [name, outputs[i]!]));
      expect(named['gradientNorm']!.data[0]).toBeCloseTo(norm, 9);
      learned.forEach(({ spec }, i) => {
        const adam = plain.get(spec.name)!;
        adam.step(
          found[i]!.data.map((g) => g * factor),
          rate * (spec.name.startsWith('head.') ? 3 : 1),
          step.options,
          spec.decay,
        );
        // The schedule's scalars are float32.
        expect(relativeError(named[`next/${spec.name}`]!.data, adam.weight), spec.name).toBeLessThan(1e-6);
        const average = averages.get(spec.name)!;
        adam.weight.forEach((w, k) => {
          average[k] = 0.9 * average[k]! + 0.1 * w;
        });
      });
      state = Object.fromEntries(step.state.map(({ name, next }) => [name, named[next]!]));
    }
    const floats = Object.fromEntries(
      Object.entries(state).map(([name, { data }]) => [name, Float32Array.from(data)]),
    );
    const averaged = weightsOf(step, floats);
    const latest = weightsOf(step, floats, { averaged: false });
    for (const [name, average] of averages) {
      expect(relativeError(averaged[name]!, average), name).toBeLessThan(1e-6);
      expect(relativeError(latest[name]!, plain.get(name)!.weight), name).toBeLessThan(1e-6);
    }
  });

  it('gives in ONNX Runtime what it gives in float64', async () => {
    const feeds: Record<string, Tensor> = { ...batch, ...scalars(step, 0, 0.01) };
    for (const { name, shape } of step.state)
      feeds[name] = { shape, data: Float64Array.from(initialState(step, 2)[name]!) };
    const expected = evaluate(step.graph, feeds);
    const found = await runFloat32(step.graph, feeds);
    step.graph.outputs.forEach(({ name }, i) => {
      expect(relativeError(found[name]!.data as Float32Array, expected[i]!.data), name).toBeLessThan(1e-4);
    });
  });

  it('starts from the same weights for the same seed, and others for another', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => initialState(step, seed)['conv.weight']!);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    const deviation = Math.sqrt(a!.reduce((s, v) => s + v * v, 0) / a!.length);
    expect(deviation / Math.sqrt(2 / 27)).toBeGreaterThan(0.7);
    expect(deviation / Math.sqrt(2 / 27)).toBeLessThan(1.3);
  });

  it('refuses a loss that a parameter has no part in, and one that is no scalar', () => {
    expect(() =>
      buildTrainingStep('unused', (scope, graph) => {
        scope.parameter('idle', [3], () => new Float32Array(3));
        return build(scope, graph);
      }),
    ).toThrow(/does not depend on idle/);
    expect(() =>
      buildTrainingStep('vector', (scope, graph) => ({
        loss: network(scope, graph.input('image', 'float32', [4, 3, 6, 6])),
      })),
    ).toThrow(/loss of one element/);
  });
});

describe('parameters', () => {
  const weights = { 'a.weight': Float32Array.of(1, 2, 3) };
  const zeros = (shape: readonly number[]) => new Float32Array(elementCount(shape));

  it('are shared by uses with one name', () => {
    const scope = new TrainableParameters(new Graph('shared'));
    expect(scope.scope('a').parameter('w', [2], zeros)).toBe(scope.scope('a').parameter('w', [2], zeros));
    expect(() => scope.scope('a').parameter('w', [3], zeros)).toThrow(/a\.w \[3\], got \[2\]/);
  });

  it('are constants of a state once frozen, and missing or misshapen ones are named', () => {
    const graph = new Graph('frozen');
    const scope = frozenParameters(graph, weights).scope('a');
    expect([...scope.parameter('weight', [3], zeros).data!]).toEqual([1, 2, 3]);
    expect(() => scope.parameter('bias', [3], zeros)).toThrow(/a\.bias/);
    expect(() => frozenParameters(graph, weights).scope('a').parameter('weight', [4], zeros)).toThrow(
      /expected 4 elements for a\.weight/,
    );
    expect(scope.training).toBe(false);
  });
});

describe('batch normalisation', () => {
  it('normalises the batch, with the gradient of the composition', () =>
    checkGradient({
      shapes: [[3, 2, 3, 4], [2], [2]],
      build: ([x, gamma, beta], graph) => {
        const scope = new ParameterScope({
          graph,
          training: true,
          get: ({ name, shape }) =>
            name === 'gamma' ? gamma! : name === 'beta' ? beta! : graph.constant(new Float32Array(2), shape),
          assign: () => {},
        });
        return batchNorm(scope, x!);
      },
    }));

  it('follows mean and unbiased variance, and uses them once frozen', () => {
    const graph = new Graph('norm');
    const scope = new TrainableParameters(graph);
    const x = graph.input('x', 'float32', [2, 1, 2, 2]);
    batchNorm(scope.scope('n'), x, { momentum: 1 });
    const data = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 10);
    const buffers = scope.tensors.filter(({ spec }) => spec.kind === 'buffer');
    const feeds = {
      x: { shape: [2, 1, 2, 2], data },
      'n.mean': { shape: [1], data: Float64Array.of(9) },
      'n.variance': { shape: [1], data: Float64Array.of(9) },
    };
    const [average, variance] = evaluate(
      graph,
      feeds,
      buffers.map(({ current }) => current),
    );
    expect(average!.data[0]).toBeCloseTo(4.75, 6);
    expect(variance!.data[0]).toBeCloseTo(data.reduce((s, v) => s + (v - 4.75) ** 2, 0) / 7, 5);
    const inference = new Graph('inference');
    const y = batchNorm(
      frozenParameters(inference, {
        'n.gamma': Float32Array.of(2),
        'n.beta': Float32Array.of(0.5),
        'n.mean': Float32Array.of(4.75),
        'n.variance': Float32Array.of(4),
      }).scope('n'),
      inference.input('x', 'float32', [2, 1, 2, 2]),
    );
    const [out] = evaluate(inference, { x: feeds.x }, [y]);
    expect(out!.data[0]).toBeCloseTo(((1 - 4.75) / 2) * 2 + 0.5, 4);
  });
});

describe('layer normalisation', () => {
  it('has the gradient of the composition', () =>
    checkGradient({ shapes: [[3, 5]], build: ([x]) => layerNorm(null, x!) }));

  it('gives rows of mean 0 and variance 1', () => {
    const graph = new Graph('layer');
    const y = layerNorm(null, graph.input('x', 'float32', [2, 50]));
    const [out] = evaluate(
      graph,
      { x: { shape: [2, 50], data: numbersFrom(1, 100).map((v) => 3 + 2 * v) } },
      [y],
    );
    const row = [...out!.data.slice(0, 50)];
    const average = row.reduce((a, b) => a + b, 0) / 50;
    expect(average).toBeCloseTo(0, 9);
    expect(row.reduce((a, b) => a + b * b, 0) / 50).toBeCloseTo(1, 3);
  });
});
