import type { AblationTable } from '../ablation.ts';
import type { Better } from '../metrics.ts';
import { html, number, renderTable, signed, unitAndArrow } from './format.ts';

/** How the columns that `bench:refiner-ablation` writes are headed; others keep their names. */
const HEADINGS: Readonly<Record<string, readonly [label: string, unit: string, better: Better]>> = {
  minutes: ['Training and judging', 'minutes', 'neither'],
  yawReached: ['Yaw reached', '÷ asked', 'one'],
  warpGainDb: ['Neighbours, warped', 'dB gained', 'higher'],
  frontalWarpGainDb: ['±15° warped to the source', 'dB gained', 'higher'],
  identityDriftShare: ['Identity drift', '÷ unrefined', 'lower'],
  jumpShare: ['Subjects that jump', 'share', 'lower'],
  distributionRatio: ['Distance to true people', '÷ unrefined', 'lower'],
  yawwiseDistributionRatio: ['the same, yaw by yaw', '÷ unrefined', 'lower'],
  plainDistributionRatio: ['the same, each view a draw', '÷ unrefined', 'lower'],
  sharpnessRatio: ['Sharpness', '÷ unrefined', 'higher'],
  ssimGain: ['SSIM', 'gained', 'neither'],
};

/** Table 8: what each part of the training is worth. */
export function ablationTable({ columns, rows, common }: AblationTable): string {
  const heading = (column: string): string => {
    const [label, unit, better] = HEADINGS[column] ?? [column, '', 'neither'];
    return `<th>${html(label)}${unitAndArrow({ unit, better })}</th>`;
  };
  const cell = (value: number | null, column: string): string => {
    if (value === null) return '<td class="none">–</td>';
    const write = column.endsWith('GainDb') || column === 'ssimGain' ? signed : number;
    return `<td>${write(value, column === 'minutes' ? 1 : 3)}</td>`;
  };
  const settings = Object.entries(common).map(([name, value]) => `${html(name)} ${html(value)}`);
  return renderTable({
    number: 8,
    title: 'What each part of the training is worth',
    head: `<tr><th></th>${columns.map(heading).join('')}</tr>`,
    rows: rows.map(
      ({ name, values }) =>
        `<tr><th scope="row">${html(name)}</th>${values.map((value, k) => cell(value, columns[k]!)).join('')}</tr>`,
    ),
    note: `Trained anew for every row, each against the unrefined sweep at equal turn, by a judge of its own. In all rows: ${settings.join(', ') || 'nothing named'}.`,
  });
}
