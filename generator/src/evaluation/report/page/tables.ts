import type { Metric } from '../metrics.ts';
import type { EvaluationReport, Figures, GainReport, MethodReport, ModelReport } from '../report.ts';
import { isControl, METHOD_COLOURS } from './colours.ts';
import { figureCell, heading, html, number, renderTable, rowHeading, signed } from './format.ts';

const label = ({ id, label: text }: Pick<MethodReport, 'id' | 'label'>): string =>
  `<th scope="row" class="${isControl(id) ? 'control' : ''}"><i style="background:${METHOD_COLOURS[id]}"></i>${html(text)}</th>`;

const full = (method: MethodReport): Figures =>
  Object.fromEntries(
    method.zones.filter(({ zone }) => zone === 'full').flatMap(({ figures }) => Object.entries(figures)),
  );

const cells = (figures: Figures, metrics: readonly Metric[]): string =>
  metrics.map((metric) => figureCell(figures[metric.id], metric)).join('');

/** The columns of the paper's tables 1, 2 and 5. */
const overallMetrics = ({ metrics }: EvaluationReport): readonly Metric[] => [
  ...metrics.distance,
  ...metrics.zone,
];

function overall(report: EvaluationReport, n: number, title: string, models: readonly ModelReport[]): string {
  const metrics = overallMetrics(report);
  return renderTable({
    number: n,
    title,
    head: `<tr><th></th>${metrics.map(heading).join('')}<th>Drawing a view<small>ms · ↓</small></th></tr>`,
    rows: models.flatMap((model) => [
      ...(models.length > 1 ? [band(model.name, metrics.length + 2)] : []),
      ...model.methods.map(
        (method) =>
          `<tr>${label(method)}${cells(full(method), metrics)}<td>${number(method.viewMs, 1)}</td></tr>`,
      ),
    ]),
    note:
      'All yaws. Small: 95 % intervals by bootstrap over subjects. Controls cheat: one blurs, one turns less; what they gain is ' +
      'worth nothing.',
  });
}

const band = (text: string, columns: number): string =>
  `<tr class="band"><th colspan="${columns}">${html(text)}</th></tr>`;

function byZones(
  report: EvaluationReport,
  n: number,
  title: string,
  metrics: readonly Metric[],
  note: string,
  extra: (model: ModelReport) => string[],
): string {
  const zones = report.models[0]!.methods[0]!.zones.map(({ zone }) => zone);
  const groups = zones.map(
    (zone) => `<th class="group" colspan="${metrics.length}">${zone === 'full' ? 'full range' : zone}</th>`,
  );
  const columns = zones.length * metrics.length + 1;
  return renderTable({
    number: n,
    title,
    head: `<tr><th></th>${groups.join('')}</tr><tr><th></th>${zones.map(() => metrics.map(heading).join('')).join('')}</tr>`,
    rows: report.models.flatMap((model) => [
      ...(report.models.length > 1 ? [band(model.name, columns)] : []),
      ...model.methods.map(
        (method) =>
          `<tr>${label(method)}${method.zones.map(({ figures }) => cells(figures, metrics)).join('')}</tr>`,
      ),
      ...extra(model),
    ]),
    note,
  });
}

/** A bound of identity: it has no other columns. */
function boundRow(
  text: string,
  bound: Figures,
  zones: readonly string[],
  metrics: readonly Metric[],
): string {
  if (Object.values(bound).every((figure) => figure === null)) return '';
  const row = zones.map((zone) =>
    metrics
      .map((metric) =>
        metric.id === 'identity' ? figureCell(bound[zone], metric) : '<td class="none"></td>',
      )
      .join(''),
  );
  return `<tr class="bound"><th scope="row">${text}</th>${row.join('')}</tr>`;
}

function oneRowAModel(report: EvaluationReport): string {
  const metrics = overallMetrics(report);
  const rows = report.models.map((model) => {
    const best = model.methods.find(({ id }) => id === 'refined') ?? model.methods[0]!;
    return `<tr><th scope="row">${html(model.name)}<small>${html(best.label)}</small></th>${cells(full(best), metrics)}</tr>`;
  });
  return renderTable({
    number: 5,
    title: 'One row a model: what a variant of training changes',
    head: `<tr><th></th>${metrics.map(heading).join('')}</tr>`,
    rows,
    note: 'Refined views where a model has a refiner, else its plain sweep.',
  });
}

/** Metrics in rows, for the columns are few: what is compared, model by model. */
function gainTable(report: EvaluationReport): string {
  const metrics = [...report.metrics.sweep, ...report.metrics.zone].filter(({ id }) => id !== 'unwarpedPsnr');
  const gains = report.models.flatMap(({ name, gains: own }) => own.map((gain) => ({ name, ...gain })));
  const several = report.models.length > 1;
  const column = ({ name, method, label: text, turn }: GainReport & { readonly name: string }) =>
    `<th><i style="background:${METHOD_COLOURS[method]}"></i>${several ? `${html(name)}: ` : ''}${html(text)}<small>against × ${number(turn, 2)} of the asked turn</small></th>`;
  const row = (metric: Metric) =>
    `<tr>${rowHeading(metric)}${gains.map(({ figures }) => figureCell(figures[metric.id], metric, signed)).join('')}</tr>`;
  return renderTable({
    number: 7,
    title: 'Gains over the unrefined sweep at equal turn',
    head: `<tr><th></th>${gains.map(column).join('')}</tr>`,
    rows: metrics.map(row),
    note:
      'Differences, subject by subject, to the unrefined sweep turned as far as the column’s own views turn. A sweep that turns less ' +
      'agrees better with itself at no merit: the control that turns .8 as far is shown against the full turn, for at its own turn it is the ' +
      'unrefined sweep and gains nothing. The one that blurs shows what likeness is to be had for nothing.',
  });
}

/** Tables 1 to 7: the paper's five, what it leaves out, and gains at equal turn. */
export function reportTables(report: EvaluationReport): Readonly<Record<1 | 2 | 3 | 4 | 5 | 6 | 7, string>> {
  const { metrics, models, matched, real } = report;
  const [first, ...others] = models as [ModelReport, ...ModelReport[]];
  const zones = first.methods[0]!.zones.map(({ zone }) => zone);
  const none = (n: number, title: string) =>
    `<p class="note" id="table-${n}"><b>Table ${n}.</b> ${title}: give other models with --against.</p>`;
  const distance = real
    ? matched > 0
      ? `${matched} drawn and ${matched} real pictures in every zone, as many of both in every 10° of yaw${matched < 100 ? ': few, so only large differences mean anything' : ''}.`
      : 'Too few real and drawn pictures have yaws in common.'
    : 'No real pictures were given: --real FOLDER.';
  return {
    1: overall(report, 1, `${html(first.name)} over its full range`, [first]),
    2:
      others.length > 0
        ? overall(report, 2, 'Other models over their full range', others)
        : none(2, 'Other models'),
    3: byZones(
      report,
      3,
      'Distance to real pictures by pose',
      metrics.distance,
      `${distance} Zones by the yaw that ${html(report.readers.yaw ?? 'no reader')} sees.`,
      () => [],
    ),
    4: byZones(
      report,
      4,
      'Likeness to the source view by pose',
      metrics.zone,
      'The source itself is left out. Ceiling: true pictures of one person, by the same network; floor: views of one subject against the source of another.',
      (model) => [
        boundRow('ceiling', report.ceiling, zones, metrics.zone),
        boundRow('floor', model.floor, zones, metrics.zone),
      ],
    ),
    5: others.length > 0 ? oneRowAModel(report) : none(5, 'One row a model'),
    6: renderTable({
      number: 6,
      title: 'What likeness to the source does not show',
      head: `<tr><th></th>${metrics.sweep.map(heading).join('')}</tr>`,
      rows: models.flatMap((model) => [
        ...(models.length > 1 ? [band(model.name, metrics.sweep.length + 1)] : []),
        ...model.methods.map((method) => `<tr>${label(method)}${cells(method.sweep, metrics.sweep)}</tr>`),
      ]),
      note: 'Means over subjects. Warps go to the neighbouring view, both ways.',
    }),
    7: gainTable(report),
  };
}
