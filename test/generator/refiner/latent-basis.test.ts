import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../../generator/src/graph/index.ts';
import {
  LEAST_DEVIATION,
  latentBasis,
  RefinerError,
  unwhiten,
  unwhitenDelta,
  whiten,
} from '../../../generator/src/refiner/index.ts';
import { evaluate } from '../graph/reference.ts';
import { apart, normals, TOY } from './toy.ts';

const { basis } = TOY;
const { dim } = basis;
const data = Float64Array.from(normals(3, 2 * 3 * dim));

function run(build: (ws: Value) => Value): Float64Array {
  const graph = new Graph('basis');
  const ws = graph.input('ws', 'float32', [2, 3, dim]);
  return evaluate(graph, { ws: { shape: [2, 3, dim], data } }, [build(ws)])[0]!.data;
}

describe('latent basis', () => {
  it('whitens each token: its components ÷ σ, and back', () => {
    const white = run((ws) => whiten(ws, basis));
    for (let row = 0; row < 6; row++)
      for (let k = 0; k < dim; k++) {
        let sum = 0;
        for (let i = 0; i < dim; i++)
          sum += basis.components[k * dim + i]! * (data[row * dim + i]! - basis.mean[i]!);
        expect(white[row * dim + k]).toBeCloseTo(sum / basis.deviations[k]!, 5);
      }
    expect(
      apart(
        run((ws) => unwhiten(whiten(ws, basis), basis)),
        data,
      ),
    ).toBeLessThan(1e-5);
  });

  it('turns a whitened correction into Σδσe', () => {
    const delta = run((ws) => unwhitenDelta(ws, basis));
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += data[k]! * basis.deviations[k]! * basis.components[k * dim + i]!;
      expect(delta[i]).toBeCloseTo(sum, 5);
    }
  });

  it('lifts narrow deviations to a share of the widest, and leaves the others', () => {
    const { deviations } = latentBasis({
      dim: 3,
      mean: new Float32Array(3),
      deviations: Float32Array.of(3, 1, 0),
      components: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    });
    expect(apart(deviations, [3, 1, 3 * LEAST_DEVIATION])).toBeLessThan(1e-6);
  });

  it('refuses a part of the components, and a W without width', () => {
    const whole = {
      dim: 2,
      mean: new Float32Array(2),
      deviations: Float32Array.of(1, 1),
      components: Float32Array.of(1, 0, 0, 1),
    };
    expect(() => latentBasis({ ...whole, components: Float32Array.of(1, 0) })).toThrow(
      /expected .*2×2 components.*2 numbers/,
    );
    expect(() => latentBasis({ ...whole, deviations: new Float32Array(2) })).toThrow(RefinerError);
  });
});
