import type { Metric } from '../report/metrics.ts';
import { figureCell, heading, html, number } from '../report/page/format.ts';
import {
  PUBLISHED_SETTING,
  type PublishedRow,
  type PublishedZones,
  TABLE_1,
  TABLE_3,
  TABLE_4,
  TABLE_5,
} from './published.ts';
import { metricOf, type Reproduction, WAY_LABELS, type WayId, type WayResult } from './results.ts';

/** Digits that the paper prints of FID, KID ×10⁻², IC and SSIM. */
const PRINTED = { frechet: 2, kernel: 3, identity: 3, ssim: 3 } as const;
type ScoreId = keyof typeof PRINTED;
const SCORES = Object.keys(PRINTED) as ScoreId[];

const figure = (number: number, title: string, head: string, rows: readonly string[], note: string): string =>
  `<figure class="table" id="table-${number}"><figcaption><b>Table ${number}.</b> ${title}</figcaption><div class="scroll">` +
  `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div><p class="note">${note}</p></figure>`;

const band = (text: string, columns: number): string =>
  `<tr class="band"><th colspan="${columns}">${html(text)}</th></tr>`;

/** Values that nothing was measured for here: softer, so that nobody takes them for this page's. */
const publishedCell = (value: number | null, digits: number): string =>
  value === null ? '<td class="none">–</td>' : `<td class="published">${number(value, digits)}</td>`;

const publishedLabel = (method: string): string =>
  `<th scope="row" class="published">${html(method)}<small>${PUBLISHED_SETTING}</small></th>`;

const label = (id: WayId): string => `<th scope="row">${html(WAY_LABELS[id])}<small>here</small></th>`;

const NOTE =
  'Rows marked “published” are the paper’s own figures, of other pictures, another count and other networks: they cannot be ' +
  'compared with this page’s in absolute value, only in which way rows differ within each block.';

const metrics = (reproduction: Reproduction, ids: readonly ScoreId[]): readonly Metric[] =>
  ids.flatMap((id) => metricOf(reproduction, id) ?? []);

function hours(value: number | null): string {
  if (value === null) return '<td class="none">–</td>';
  return `<td>${value < 1 ? `${number(60 * value, 1)} min` : `${number(value, 1)} h`}</td>`;
}

/** Tables 1 and 5: one row a way over the full range, and the yaw that it reached. */
function fullRange(
  reproduction: Reproduction,
  n: number,
  title: string,
  ids: readonly WayId[],
  published: readonly PublishedRow[],
  times: boolean,
  note: string,
): string {
  const columns = metrics(reproduction, SCORES);
  const turn = metricOf(reproduction, 'yawReached')!;
  const count = columns.length + (times ? 3 : 2);
  const head =
    `<tr><th></th>${columns.map(heading).join('')}${heading(turn)}` +
    `${times ? '<th>Training time</th>' : ''}</tr>`;
  const own = waysOf(reproduction, ids).map((way) => {
    const cells = columns.map((metric) => figureCell(way.zones['full']?.[metric.id], metric)).join('');
    const turned = figureCell(way.sweep['yawReached'], turn);
    return `<tr>${label(way.id)}${cells}${turned}${times ? hours(way.trainingHours) : ''}</tr>`;
  });
  const theirs = published.map(({ method, scores, trainingTime }) => {
    const cells = SCORES.map((id) => publishedCell(scores[id], PRINTED[id])).join('');
    const time = times ? `<td class="published">${html(trainingTime ?? '–')}</td>` : '';
    return `<tr>${publishedLabel(method)}${cells}<td class="none">–</td>${time}</tr>`;
  });
  return figure(
    n,
    title,
    head,
    [band('Measured here', count), ...own, band(`The paper’s table ${n}`, count), ...theirs],
    `${note} ${NOTE}`,
  );
}

/** Tables 3 and 4: two figures for each zone of pose. */
function byZones(
  reproduction: Reproduction,
  n: number,
  title: string,
  ids: readonly [ScoreId, ScoreId],
  published: readonly PublishedZones[],
  note: string,
): string {
  const columns = metrics(reproduction, ids);
  const zones = ['±20°', '±40°', 'full'];
  const count = 1 + zones.length * columns.length;
  const groups = zones.map(
    (zone) => `<th class="group" colspan="${columns.length}">${zone === 'full' ? 'full range' : zone}</th>`,
  );
  const head =
    `<tr><th></th>${groups.join('')}</tr>` +
    `<tr><th></th>${zones.map(() => columns.map(heading).join('')).join('')}</tr>`;
  const own = waysOf(reproduction, THREE).map((way) => {
    const cells = zones.flatMap((zone) =>
      columns.map((metric) => figureCell(way.zones[zone]?.[metric.id], metric)),
    );
    return `<tr>${label(way.id)}${cells.join('')}</tr>`;
  });
  const theirs = published.map(({ method, zones: values }) => {
    const cells = values.flatMap((pair) => pair.map((value, k) => publishedCell(value, PRINTED[ids[k]!])));
    return `<tr>${publishedLabel(method)}${cells.join('')}</tr>`;
  });
  return figure(
    n,
    title,
    head,
    [band('Measured here', count), ...own, band(`The paper’s table ${n}`, count), ...theirs],
    `${note} ${NOTE}`,
  );
}

const THREE: readonly WayId[] = ['ganspace', 'paper', 'turnaround'];
const ABLATION: readonly WayId[] = ['without-latent', 'without-feature', 'without-warp', 'paper'];

const waysOf = ({ ways }: Reproduction, ids: readonly WayId[]): WayResult[] =>
  ids.flatMap((id) => ways.find((way) => way.id === id) ?? []);

/** The paper's tables 1, 3, 4 and 5 with this page's rows above its own. */
export function reproductionTables(reproduction: Reproduction): readonly string[] {
  const { matched, real } = reproduction;
  const distances = real
    ? matched > 0
      ? `Distances from ${matched} drawn and ${matched} real pictures in every zone, of the same yaws.`
      : 'Too few real and drawn pictures have yaws in common for distances.'
    : 'No distances: no real pictures were given (--real FOLDER).';
  return [
    fullRange(
      reproduction,
      1,
      'The full range',
      THREE,
      TABLE_1,
      true,
      `${distances} Read likeness beside the yaw that was reached, which the paper does not report: a sweep that turns back looks like its source. Training time: of what was trained for this page.`,
    ),
    byZones(reproduction, 3, 'Distance to real pictures by pose', ['frechet', 'kernel'], TABLE_3, distances),
    byZones(
      reproduction,
      4,
      'Likeness to the source view by pose',
      ['identity', 'ssim'],
      TABLE_4,
      'The published GANSpace row repeats its figures of ±40° for the full range.',
    ),
    fullRange(
      reproduction,
      5,
      'One loss left out at a time',
      ABLATION,
      TABLE_5,
      false,
      '“paper” is the full loss.',
    ),
  ];
}
