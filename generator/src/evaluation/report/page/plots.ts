import { curvesOf } from '../figures.ts';
import type { CurvePoint, EvaluationReport, MethodReport } from '../report.ts';
import { isControl, METHOD_COLOURS } from './colours.ts';
import { html, number } from './format.ts';

const WIDTH = 372;
const HEIGHT = 236;
const BOX = { left: 44, right: 12, top: 12, bottom: 30 } as const;

/** Round steps: 1, 2 or 5 times a power of ten, at most `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * power).find((candidate) => candidate >= raw)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

interface Series {
  readonly method: MethodReport;
  readonly points: readonly CurvePoint[];
}

/** Plots over yaw of the first model's ways to draw, as SVG. */
export function reportPlots(report: EvaluationReport): string {
  const [model] = report.models;
  const plots = curvesOf(report.readers.identity).map((curve) => {
    const series = model!.methods
      .map((method) => ({ method, points: method.curves[curve.id] ?? [] }))
      .filter(({ points }) => points.length > 1);
    if (series.length === 0) return '';
    const unit = curve.unit ? ` <small>${html(curve.unit)}</small>` : '';
    return `<figure class="plot"><figcaption>${html(curve.title)}${unit}</figcaption>${draw(series, curve.id === 'reached', curve.digits)}</figure>`;
  });
  const legend = model!.methods.map(
    ({ id, label }) =>
      `<span><svg width="26" height="8" aria-hidden="true"><line x1="1" x2="25" y1="4" y2="4" ${stroke(id)}/></svg>${html(label)}</span>`,
  );
  return `<div class="legend">${legend.join('')}</div><div class="plots">${plots.join('')}</div>`;
}

const stroke = (id: MethodReport['id']): string =>
  `stroke="${METHOD_COLOURS[id]}" stroke-width="${isControl(id) ? 1.4 : 2.2}"${isControl(id) ? ' stroke-dasharray="4 3"' : ''}`;

function draw(series: readonly Series[], diagonal: boolean, digits: number): string {
  const points = series.flatMap((one) => one.points);
  const yaws = points.map(({ yaw }) => yaw);
  const [left, right] = [Math.min(...yaws), Math.max(...yaws)];
  const bounds = points.flatMap(({ figure: { value, low, high } }) => [value, low ?? value, high ?? value]);
  if (diagonal) bounds.push(left, right);
  const margin = 0.06 * (Math.max(...bounds) - Math.min(...bounds)) || 1;
  const [low, high] = [Math.min(...bounds) - margin, Math.max(...bounds) + margin];
  const x = (yaw: number) => BOX.left + ((yaw - left) / (right - left)) * (WIDTH - BOX.left - BOX.right);
  const y = (value: number) =>
    HEIGHT - BOX.bottom - ((value - low) / (high - low)) * (HEIGHT - BOX.top - BOX.bottom);
  const at = (yaw: number, value: number) => `${x(yaw).toFixed(1)},${y(value).toFixed(1)}`;
  const verticals = ticks(left, right, 7).map(
    (yaw) =>
      `<line class="grid" x1="${x(yaw).toFixed(1)}" x2="${x(yaw).toFixed(1)}" y1="${BOX.top}" y2="${HEIGHT - BOX.bottom}"/>` +
      `<text x="${x(yaw).toFixed(1)}" y="${HEIGHT - BOX.bottom + 16}" text-anchor="middle">${number(yaw, 0)}°</text>`,
  );
  const levels = ticks(low, high, 5);
  const needed = Math.max(digits, -Math.floor(Math.log10((levels[1] ?? 1) - (levels[0] ?? 0)) + 1e-9));
  const horizontals = levels.map(
    (value) =>
      `<line class="grid" x1="${BOX.left}" x2="${WIDTH - BOX.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>` +
      `<text x="${BOX.left - 6}" y="${(y(value) + 3.5).toFixed(1)}" text-anchor="end">${number(value, Math.max(0, needed))}</text>`,
  );
  const ideal = diagonal ? `<path class="ideal" d="M${at(left, left)}L${at(right, right)}"/>` : '';
  const drawn = series.map(
    ({ method, points: line }) => band(line, method, at) + curve(line, method, at, needed),
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${[...verticals, ...horizontals].join('')}${ideal}${drawn.join('')}</svg>`;
}

type At = (yaw: number, value: number) => string;

/** The interval; controls have none drawn, or nothing could be seen. */
function band(points: readonly CurvePoint[], { id }: MethodReport, at: At): string {
  if (isControl(id) || points.some(({ figure }) => figure.low === null)) return '';
  const upper = points.map(({ yaw, figure }) => at(yaw, figure.high!));
  const lower = points.map(({ yaw, figure }) => at(yaw, figure.low!)).reverse();
  return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${METHOD_COLOURS[id]}" opacity=".15"/>`;
}

function curve(points: readonly CurvePoint[], { id, label }: MethodReport, at: At, digits: number): string {
  const line = `<polyline points="${points.map(({ yaw, figure }) => at(yaw, figure.value)).join(' ')}" fill="none" ${stroke(id)}/>`;
  if (isControl(id)) return line;
  const dots = points.map(({ yaw, figure }) => {
    const [cx, cy] = at(yaw, figure.value).split(',');
    return `<circle cx="${cx}" cy="${cy}" r="2.6" fill="${METHOD_COLOURS[id]}"><title>${html(label)} at ${number(yaw, 0)}°: ${number(figure.value, Math.max(2, digits))}</title></circle>`;
  });
  return line + dots.join('');
}
