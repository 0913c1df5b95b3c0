import { describe, expect, it } from 'vitest';
import {
  convLayer,
  frozenParameters,
  Graph,
  halveWeights,
  initialWeights,
  type ParameterScope,
  type ParameterSpec,
  readNetWeights,
  serialize,
  TrainableParameters,
  type Value,
} from '../../../generator/src/graph/index.ts';

const net = (scope: ParameterScope, x: Value): Value =>
  convLayer(scope.scope('last'), convLayer(scope.scope('first'), x, 16), 16);

function specs(): ParameterSpec[] {
  const scope = new TrainableParameters(new Graph('specs'));
  net(scope, scope.graph.input('x', 'float32', [1, 8, 4, 4]));
  return scope.tensors.map(({ spec }) => spec);
}

const weights = initialWeights(specs(), 1);

function written(): Uint8Array {
  const graph = new Graph('net');
  graph.output('y', net(frozenParameters(graph, weights), graph.input('x', 'float32', [1, 8, 4, 4])));
  return serialize(graph);
}

describe('readNetWeights', () => {
  it('gives back what was written', () => {
    const read = readNetWeights(written());
    expect(Object.keys(read).sort()).toEqual(Object.keys(weights).sort());
    for (const [name, data] of Object.entries(weights)) expect(read[name]).toEqual(data);
  });

  it('widens halves under their first names', () => {
    const read = readNetWeights(halveWeights(written()));
    expect(Object.keys(read).sort()).toEqual(Object.keys(weights).sort());
    const [kernel, own] = [weights['first.weight']!, read['first.weight']!];
    expect(own).not.toEqual(kernel);
    // Eleven bits of mantissa.
    kernel.forEach((value, k) => {
      expect(Math.abs(own[k]! - value)).toBeLessThanOrEqual(2 ** -11 * Math.abs(value) + 2 ** -24);
    });
  });
});
