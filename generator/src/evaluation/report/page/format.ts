import type { Metric } from '../metrics.ts';
import type { Figure } from '../report.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML. */
export const html = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c]!);

/** A number with a true minus sign. */
export const number = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value
        .toFixed(digits)
        .replace(/^-(?=0\.?0*$)/, '')
        .replace('-', '−')
    : '–';

/** The same with its sign, for differences. */
export const signed = (value: number, digits: number): string =>
  `${Number(value.toFixed(digits)) > 0 ? '+' : ''}${number(value, digits)}`;

/** A figure and, smaller, its interval. */
export function figureCell(
  figure: Figure | null | undefined,
  { digits }: Pick<Metric, 'digits'>,
  write: (value: number, digits: number) => string = number,
): string {
  if (!figure) return '<td class="none">–</td>';
  const { value, low, high } = figure;
  const interval =
    low === null || high === null ? '' : `<small>${write(low, digits)} … ${write(high, digits)}</small>`;
  return `<td>${write(value, digits)}${interval}</td>`;
}

const ARROWS = { higher: '↑', lower: '↓', one: '→ 1', neither: '' } as const;

/** Below a heading's name: its unit, and which way is better where one is. */
export const unitAndArrow = ({ unit, better }: Pick<Metric, 'unit' | 'better'>): string =>
  `<small>${[html(unit), ARROWS[better]].filter(Boolean).join(' · ')}</small>`;

/** A column's heading: name, unit, which way is better. */
export const heading = (metric: Metric): string =>
  `<th title="${html(metric.says)}">${html(metric.label)}${unitAndArrow(metric)}</th>`;

/** The same for a row. */
export const rowHeading = (metric: Metric): string =>
  `<th scope="row" title="${html(metric.says)}">${html(metric.label)}${unitAndArrow(metric)}</th>`;

/** A numbered table with what it says below. */
interface Table {
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly rows: readonly string[];
  readonly note: string;
}

export const renderTable = ({ number: n, title, head, rows, note }: Table): string =>
  `<figure class="table" id="table-${n}"><figcaption><b>Table ${n}.</b> ${title}</figcaption>` +
  `<div class="scroll"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div><p class="note">${note}</p></figure>`;
