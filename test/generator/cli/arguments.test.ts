import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSeeds, realNumber, wholeNumber } from '../../../generator/src/cli/arguments.ts';

describe('parseSeeds', () => {
  it('reads ranges and single seeds, each once, in order', () => {
    expect(parseSeeds('0-3,200')).toEqual([0, 1, 2, 3, 200]);
    expect(parseSeeds('5, 3 - 6 ,5')).toEqual([5, 3, 4, 6]);
    expect(parseSeeds('4294967295')).toEqual([4294967295]);
  });

  for (const bad of ['', '1-', '-1', '3-1', '1,,2', '4294967296', 'x', '1.5', '0-200000'])
    it(`refuses ${JSON.stringify(bad)}`, () => expect(() => parseSeeds(bad)).toThrow(/Expected/));

  it('reads back any list that is written as single seeds', () => {
    const seeds = fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(seeds, (list) => {
        expect(parseSeeds(list.join(','))).toEqual(list);
      }),
    );
  });
});

describe('numbers', () => {
  it('takes numbers within the limits and refuses the rest', () => {
    expect(wholeNumber('--views', 1, 9)('7')).toBe(7);
    for (const bad of ['0', '10', '2.5', '', 'a', '-1'])
      expect(() => wholeNumber('--views', 1, 9)(bad)).toThrow(/--views/);
    expect(realNumber('--truncation', 0, 2)('0.8')).toBe(0.8);
    for (const bad of ['', '-0.1', '2.1', 'NaN', 'x'])
      expect(() => realNumber('--truncation', 0, 2)(bad)).toThrow(/--truncation/);
  });
});
