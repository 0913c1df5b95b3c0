import { seedToLatent } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { sefaVectors } from '../../../generator/src/gan/direction/index.ts';

const map = (layer: number, rows: readonly (readonly number[])[]) => ({
  layer,
  weight: { shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) },
});

describe('sefaVectors', () => {
  it('gives the direction that most rows share, whatever the length of a row', () => {
    const styles = [
      map(0, [
        [0, 0.1, 0],
        [0, 3, 0],
        [100, 0, 0],
      ]),
    ];
    const [first, second, third] = sefaVectors(styles, { from: 0, to: 1 }, 3, 3);
    expect([...first!]).toEqual([0, 1, 0]);
    expect([...second!]).toEqual([1, 0, 0]);
    expect(Math.abs(third![2]!)).toBeCloseTo(1, 6);
  });

  it('reads the layers of the range alone', () => {
    const styles = [map(0, [[1, 0]]), map(3, [[0, 1]]), map(4, [[1, 0]]), map(4, [[1, 0]])];
    expect([...sefaVectors(styles, { from: 0, to: 3 }, 2, 1)[0]!]).toEqual([1, 0]);
    expect([...sefaVectors(styles, { from: 2, to: 4 }, 2, 1)[0]!]).toEqual([0, 1]);
    expect([...sefaVectors(styles, { from: 3, to: 5 }, 2, 1)[0]!]).toEqual([1, 0]);
  });

  it('gives unit eigenvectors of Σ a·aᵀ/|a|², largest first, their largest entry positive', () => {
    const dim = 6;
    const data = Float32Array.from(seedToLatent(2, 20 * dim));
    const vectors = sefaVectors(
      [{ layer: 0, weight: { shape: [20, dim], data } }],
      { from: 0, to: 2 },
      dim,
      dim,
    );
    const power = vectors.map((v) => {
      let sum = 0;
      for (let row = 0; row < 20; row++) {
        const a = data.subarray(row * dim, (row + 1) * dim);
        const dot = a.reduce((total, x, i) => total + x * v[i]!, 0);
        sum += dot ** 2 / a.reduce((total, x) => total + x * x, 0);
      }
      return sum;
    });
    expect(power.reduce((a, b) => a + b)).toBeCloseTo(20, 4);
    for (let k = 1; k < dim; k++) expect(power[k]!).toBeLessThan(power[k - 1]!);
    for (const v of vectors) {
      expect(Math.hypot(...v)).toBeCloseTo(1, 5);
      expect(Math.max(...v)).toBe(Math.max(...v.map(Math.abs)));
    }
  });

  it('refuses maps of another W', () => {
    expect(() => sefaVectors([map(2, [[1, 0, 0]])], { from: 0, to: 3 }, 2, 1)).toThrow(
      'styles: expected maps of [I,2], got [1,3] at layer 2',
    );
  });
});
