import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  candidateRanges,
  DirectionError,
  directionId,
  learnedRange,
  listCandidates,
  parseDirectionId,
} from '../../../generator/src/gan/direction/index.ts';

describe('candidate ranges', () => {
  it('end after the first convolutions at 8², 16², 32² and at the last layer, whatever the depth', () => {
    const ends = (layers: number) => candidateRanges(layers).map(({ from, to }) => [from, to]);
    expect(ends(18)).toEqual([
      [0, 2],
      [0, 4],
      [0, 6],
      [0, 18],
    ]);
    expect(ends(6)).toEqual([
      [0, 2],
      [0, 4],
      [0, 6],
    ]);
    expect(ends(4)).toEqual([
      [0, 2],
      [0, 4],
    ]);
  });

  it('reach as far as there are layers for a learned direction', () => {
    expect(learnedRange(18)).toEqual({ from: 0, to: 6 });
    expect(learnedRange(4)).toEqual({ from: 0, to: 4 });
  });

  it('make 128 candidates of a deep network, none twice', () => {
    const ids = listCandidates(12, 16, true).map(directionId);
    expect(ids.length).toBe(128);
    expect(new Set(ids).size).toBe(128);
    expect(ids).toContain('pca:1:0-6');
    expect(ids).toContain('sefa:15:0-12');
    expect(listCandidates(12, 16, false).every(({ kind }) => kind === 'pca')).toBe(true);
  });
});

describe('parseDirectionId', () => {
  const range = fc
    .tuple(fc.nat(17), fc.integer({ min: 1, max: 18 }))
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ from, to }));

  it('reads back what directionId writes of a learned direction, which has no index', () => {
    fc.assert(
      fc.property(range, (layers) => {
        const key = { kind: 'mirror' as const, index: 0, layers };
        expect(directionId(key)).toBe(`mirror:${layers.from}-${layers.to}`);
        expect(parseDirectionId(directionId(key), 18, 512)).toEqual(key);
      }),
    );
  });

  it('reads back what directionId writes', () => {
    const key = fc.record({
      kind: fc.constantFrom('pca' as const, 'sefa' as const),
      index: fc.nat(511),
      layers: range,
    });
    fc.assert(
      fc.property(key, (candidate) => {
        expect(parseDirectionId(directionId(candidate), 18, 512)).toEqual(candidate);
      }),
    );
  });

  it('takes all for every layer', () => {
    expect(parseDirectionId('pca:1:all', 12, 256)).toEqual({
      kind: 'pca',
      index: 1,
      layers: { from: 0, to: 12 },
    });
    expect(parseDirectionId('mirror:all', 12, 256)).toEqual({
      kind: 'mirror',
      index: 0,
      layers: { from: 0, to: 12 },
    });
  });

  it.each([
    ['', 'expected KIND:INDEX:FROM-TO such as pca:1:0-6, KIND:INDEX:all, or mirror:FROM-TO, got '],
    ['pca:1', 'expected KIND:INDEX:FROM-TO'],
    ['pca:-1:0-6', 'expected KIND:INDEX:FROM-TO'],
    ['pca:1:0-6:7', 'expected KIND:INDEX:FROM-TO'],
    ['gan:1:0-6', 'expected pca:INDEX, sefa:INDEX or mirror before the layers, got gan:1:0-6'],
    ['mirror:1:0-6', 'expected pca:INDEX, sefa:INDEX or mirror before the layers'],
    ['mirror:0-13', 'expected layers within 0-12, the first below the last, got mirror:0-13'],
    ['mirror', 'expected KIND:INDEX:FROM-TO'],
    ['pca:256:0-6', 'expected an index from 0 to 255, got pca:256:0-6'],
    ['pca:1:0-13', 'expected layers within 0-12, the first below the last, got pca:1:0-13'],
    ['pca:1:6-6', 'expected layers within 0-12'],
    ['pca:1:8-6', 'expected layers within 0-12'],
  ])('refuses %j', (id, message) => {
    expect(() => parseDirectionId(id, 12, 256)).toThrow(message);
    expect(() => parseDirectionId(id, 12, 256)).toThrow(DirectionError);
  });
});
