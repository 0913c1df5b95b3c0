import type { EvaluationReport, Figure, Figures } from './report.ts';

const HEADER = 'model,method,zone,metric,value,low,high,count,unit,better';

/** All figures of a report, one a row: `evaluation.csv`. Gains stand as method `METHOD - unrefined at equal turn`. */
export function reportCsv(report: EvaluationReport): string {
  const metrics = new Map(
    [...report.metrics.distance, ...report.metrics.zone, ...report.metrics.sweep].map((metric) => [
      metric.id,
      metric,
    ]),
  );
  const rows: string[] = [HEADER];
  const add = (model: string, method: string, zone: string, figures: Figures, gain = false) => {
    for (const [id, figure] of Object.entries(figures)) {
      const metric = metrics.get(id);
      if (!figure || !metric) continue;
      const better = gain && metric.better === 'one' ? 'zero' : metric.better;
      rows.push([model, method, zone, id, ...numbers(figure), metric.unit, better].map(cell).join(','));
    }
  };
  for (const { zone, figures } of bounds(report.ceiling)) add('', 'ceiling: one true person', zone, figures);
  for (const { name, methods, gains, floor } of report.models) {
    for (const { zone, figures } of bounds(floor)) add(name, 'floor: different subjects', zone, figures);
    for (const { id, zones, sweep } of methods) {
      for (const { zone, figures } of zones) add(name, id, zone, figures);
      add(name, id, 'full', sweep);
    }
    for (const { method, figures } of gains)
      add(name, `${method} - unrefined at equal turn`, 'full', figures, true);
  }
  return `${rows.join('\n')}\n`;
}

/** Ceilings and floors are figures of identity, by zone. */
const bounds = (figures: Figures) =>
  Object.entries(figures).map(([zone, figure]) => ({ zone, figures: { identity: figure } }));

const numbers = ({ value, low, high, count }: Figure): string[] => [
  ...[value, low, high].map((x) => (x === null ? '' : String(Number(x.toPrecision(7))))),
  String(count),
];

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
