import type { Metric } from '../metrics.ts';
import type { EvaluationReport, Figures, MethodReport, ModelReport } from '../report.ts';
import { ablationTable } from './ablation-table.ts';
import { html, number } from './format.ts';
import { reportPlots } from './plots.ts';
import { STYLE } from './style.ts';
import { reportTables } from './tables.ts';

/** A contact sheet of the page. */
export interface ReportPictures {
  /** `best`, `median`, `worst`, with what they are ranked by. */
  readonly caption: string;
  /** `data:` address: the page needs no other file. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** The report as one page of HTML that needs nothing else. */
export function reportPage(report: EvaluationReport, sheets: readonly ReportPictures[]): string {
  const [model] = report.models as [ModelReport];
  const tables = reportTables(report);
  const section = (title: string, says: string, ...parts: readonly string[]) =>
    `<section><h2>${title}</h2><p>${says}</p>${parts.join('')}</section>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(model.name)}: evaluation</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main>
${header(report, model)}
${section('Subjects', 'The best, the median and the worst of the subjects, with what is asked for above each column. Look here first: figures are means.', ...sheets.map(sheet))}
${section('The tables of the literature', 'Photo-realism and likeness to the source, over all yaws and by zones of pose.', tables[1], tables[2], tables[3], tables[4], tables[5])}
${section('Does it turn, and does it stay itself?', 'Each subject is asked for the same yaws. A sweep that turns back looks more like its source, so read every likeness beside the yaw that was reached.', tables[6], tables[7])}
${report.ablation ? section('What is it that helps?', 'Variants of the training with one part changed.', ablationTable(report.ablation)) : ''}
${section('Over yaw', 'Means over subjects at each asked yaw; the shade is the 95 % interval. Dashed lines are the controls, which cheat.', reportPlots(report))}
${section('What the figures mean', 'Every figure in a sentence, and who read the pictures.', definitions(report))}
</main></body></html>
`;
}

function header(report: EvaluationReport, model: ModelReport): string {
  const { options, missing, readers } = report;
  const best = model.methods.find(({ id }) => id === 'refined') ?? model.methods[0]!;
  const range = [options.degrees[0]!, options.degrees.at(-1)!]
    .map((yaw) => `${number(yaw, 0)}°`)
    .join(' to ');
  const others = report.models.slice(1).map(({ name }) => html(name));
  const against = others.length > 0 ? ` Held against ${others.join(', ')}.` : '';
  const notes = [
    ...(model.refined
      ? []
      : [
          'The model has no refiner: the rows are its plain sweep and two controls. Learn one with turnaround train.',
        ]),
    ...missing,
  ];
  return `<header><h1>${html(model.name)}</h1>
<p>Evaluation of ${options.subjects} subjects at ${options.degrees.length} yaws from ${range}, truncation ${options.truncation}, seeds from ${options.firstSeed}, ${model.resolution}×${model.resolution} pixels.${against}
Yaw read by ${html(readers.yaw ?? 'nobody')}; identity by ${html(readers.identityNet ?? 'nobody')}; distances by ${html(readers.distribution ?? 'nobody')}.</p>
<div class="cards">${cards(report, best)}</div>
${notes.length > 0 ? `<div class="missing"><ul>${notes.map((note) => `<li>${html(note)}</li>`).join('')}</ul></div>` : ''}</header>`;
}

/** The figures that matter most, of the model's best way to draw. */
function cards({ metrics }: EvaluationReport, { label, sweep, zones }: MethodReport): string {
  const full: Figures = zones.find(({ zone }) => zone === 'full')?.figures ?? {};
  const shown: readonly (readonly [string, Figures])[] = [
    ['yawReached', sweep],
    ['warpedPsnr', sweep],
    ['identity', full],
    ['identityJump', sweep],
    ['kernel', full],
  ];
  const all: readonly Metric[] = [...metrics.sweep, ...metrics.zone, ...metrics.distance];
  return shown
    .map(([id, figures]) => {
      const metric = all.find((candidate) => candidate.id === id);
      const figure = figures[id];
      if (!metric || !figure) return '';
      const { value, low, high } = figure;
      const interval =
        low === null || high === null
          ? ''
          : `<small>${number(low, metric.digits)} … ${number(high, metric.digits)}, ${html(label)}</small>`;
      return `<div class="card"><b>${number(value, metric.digits)}</b><span>${html(metric.label)} <small style="display:inline">${html(metric.unit)}</small></span>${interval}</div>`;
    })
    .join('');
}

const sheet = ({ caption, source, width, height }: ReportPictures): string =>
  `<figure class="sheet"><figcaption>${html(caption)}</figcaption><img src="${source}" width="${width}" height="${height}" alt="${html(caption)}"></figure>`;

function definitions({ metrics, readers, real, realSubjects }: EvaluationReport): string {
  const all = [...metrics.sweep, ...metrics.zone, ...metrics.distance];
  const entries = [
    ...all.map(({ label, says }) => [label, says]),
    [
      'Pose zones',
      'Views and real pictures are sorted by the yaw that one reader sees in both, ±20°, ±40° and all; it knows neither the model nor the real set.',
    ],
    [
      'Yaw reader',
      readers.yaw
        ? `${readers.yaw}, trusted to ±${readers.reach}°.`
        : 'None: every view counts as the full range.',
    ],
    ['Real pictures', real ? `${real.pictures} of ${real.folder}.` : 'None given (--real FOLDER).'],
    [
      'Ceiling',
      realSubjects
        ? `${realSubjects.subjects} people of ${realSubjects.folder}, their views against their most frontal one.`
        : 'None given (--real-subjects FOLDER with one folder of pictures a person).',
    ],
    [
      'Names',
      'FID, KID and IC are figures of the networks that the literature uses, and called so only where their files were given. ' +
        'Figures of stand-ins carry the stand-in’s name and compare within this page alone.',
    ],
  ];
  return `<dl>${entries.map(([term, text]) => `<dt>${html(term!)}</dt><dd>${html(text!)}</dd>`).join('')}</dl>`;
}
