import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../../generator/src/evaluation/index.ts';
import { parseAblation } from '../../../generator/src/evaluation/report/index.ts';
import { ablationTable } from '../../../generator/src/evaluation/report/page/ablation-table.ts';

const FILE = `model,row,steps,paperSteps,warpGainDb,ssimGain
d64@1,full,150,,1.273,-0.004
d64@1,curve,150,,-0.5,0.011
d64@1,paper,150,300,,0.2
`;

describe('an ablation', () => {
  test('is its rows with the figures that differ, and what all rows have in common', () => {
    const table = parseAblation(FILE, 'rows.csv');
    expect(table).toEqual({
      columns: ['warpGainDb', 'ssimGain'],
      rows: [
        { name: 'full', values: [1.273, -0.004] },
        { name: 'curve', values: [-0.5, 0.011] },
        { name: 'paper', values: [null, 0.2] },
      ],
      common: { model: 'd64@1', steps: '150', paperSteps: '300' },
    });
  });

  test('shows every row, signs of gains, and what is missing as such', () => {
    const page = ablationTable(parseAblation(FILE, 'rows.csv'));
    expect([...page.matchAll(/<th scope="row">([^<]*)</g)].map(([, name]) => name)).toEqual([
      'full',
      'curve',
      'paper',
    ]);
    expect(page).toContain('<td>+1.273</td><td>−0.004</td>');
    expect(page).toContain('<td>−0.500</td><td>+0.011</td>');
    expect(page).toContain('<td class="none">–</td><td>+0.200</td>');
    expect(page).toContain('In all rows: model d64@1, steps 150, paperSteps 300.');
    expect(ablationTable(parseAblation('row,<b>\n<i>,1\nb,2', 'x'))).not.toMatch(/<[ib]>[^T]/);
  });

  test('comes back from any file of numbers', () => {
    const name = fc.stringMatching(/^[a-z][a-z-]{0,9}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(
          name.filter((text) => text !== 'row'),
          { minLength: 1, maxLength: 5 },
        ),
        fc.array(
          fc.tuple(name, fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 5 })),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (columns, lines) => {
          const text = [
            ['row', ...columns].join(),
            ...lines.map(([row, values]) => [row, ...values.slice(0, columns.length)].join()),
          ].join('\n');
          const table = parseAblation(text, 'any');
          expect(table.rows.map((row) => row.name)).toEqual(lines.map(([row]) => row));
          for (const [k, column] of table.columns.entries())
            expect(table.rows.map(({ values }) => values[k])).toEqual(
              // "-0" is read as it is written.
              lines.map(([, values]) => Number(String(values[columns.indexOf(column)]))),
            );
          expect(table.columns.length + Object.keys(table.common).length).toBe(columns.length);
        },
      ),
    );
  });

  test('is no other file', () => {
    for (const [text, says] of [
      ['', 'expected a CSV with a column row'],
      ['row,a', 'got 0 lines below'],
      ['name,a\nfull,1', 'expected a CSV with a column row'],
      ['row,a\nfull,1\ncurve', 'rows.csv, line 3: expected 2 cells, got 1'],
    ] as const) {
      expect(() => parseAblation(text, 'rows.csv')).toThrow(EvaluationError);
      expect(() => parseAblation(text, 'rows.csv')).toThrow(says);
    }
  });
});
