import { describe, expect, it } from 'vitest';
import {
  add,
  cast,
  detach,
  Graph,
  gradients,
  greater,
  mul,
  sum,
  type Value,
} from '../../../generator/src/graph/index.ts';
import { evaluate } from './reference.ts';

describe('gradients', () => {
  const graph = new Graph('detach');
  const x = graph.input('x', 'float32', [3]);
  const y = graph.input('y', 'float32', [3]);
  const feeds = {
    x: { shape: [3], data: Float64Array.of(1, 2, 3) },
    y: { shape: [3], data: Float64Array.of(4, 5, 6) },
  };
  const values = (value: Value): number[] => [...evaluate(graph, feeds, [value])[0]!.data];

  it('stop at detach', () => {
    expect(values(gradients(sum(mul(x, add(x, 1))), [x])[0]!)).toEqual([3, 5, 7]);
    expect(values(gradients(sum(mul(x, detach(add(x, 1)))), [x])[0]!)).toEqual([2, 3, 4]);
    expect(() => gradients(sum(detach(x)), [x])).toThrow(/does not depend on x/);
  });

  it('flow through casts between floats, and stop at casts from other dtypes', () => {
    const there = cast(cast(mul(x, x), 'float16'), 'float32');
    expect(values(gradients(sum(mul(there, y)), [x])[0]!)).toEqual([8, 20, 36]);
    const mask = cast(greater(x, 1.5), 'float32');
    expect(values(gradients(sum(mul(mul(x, mask), y)), [x])[0]!)).toEqual([0, 5, 6]);
  });

  it('are computed only along paths from what is asked for', () => {
    const loss = sum(mul(mul(x, y), 2));
    const before = graph.nodes.length;
    const [slope] = gradients(loss, [y]);
    // 2·dy for the inner product, times x: nothing for x.
    expect(graph.nodes.slice(before).map(({ op }) => op)).toEqual(['Reshape', 'Expand', 'Mul', 'Mul']);
    expect(values(slope!)).toEqual([2, 4, 6]);
  });

  it('are refused for a value of another graph', () => {
    expect(() => gradients(sum(x), [new Graph('other').input('z', 'float32', [1])])).toThrow(/another graph/);
  });
});
