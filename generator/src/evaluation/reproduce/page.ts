import { html, number } from '../report/page/format.ts';
import { STYLE } from '../report/page/style.ts';
import { CLAIMS, judge, type Verdict } from './claims.ts';
import type { Reproduction, ReproductionPictures } from './results.ts';
import { WAY_LABELS } from './results.ts';
import { reproductionTables } from './tables.ts';

/** What the page shows beside figures. */
export interface ReproductionSheets {
  /** The same subjects, each way a row. */
  readonly views: readonly ReproductionPictures[];
  /** One loss left out a row, as in the paper's fig. 8. */
  readonly ablation: readonly ReproductionPictures[];
}

const OWN_STYLE = `
th.published, td.published { color: var(--soft); font-weight: 400; }
.verdict { display: inline-block; padding: 1px 9px; border-radius: 9px; font-size: 12.5px; font-weight: 600; white-space: nowrap; }
.holds { background: #e2f3e7; color: #1b6b36; } .fails { background: #fbe3e4; color: #a02030; }
.undecided { background: #fff1cf; color: #7a5a00; } .missing-figure { background: var(--wash); color: var(--soft); }
table.claims th { text-align: left; } table.claims td { text-align: left; white-space: normal; min-width: 190px; } table.claims td small { color: var(--soft); }
`;

const VERDICT_CLASS: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  fails: 'fails',
  undecided: 'undecided',
  'not measured': 'missing-figure',
};

/** The reproduction as one page of HTML that needs nothing else. */
export function reproductionPage(reproduction: Reproduction, sheets: ReproductionSheets): string {
  const { model } = reproduction;
  const section = (title: string, says: string, ...parts: readonly string[]) =>
    `<section><h2>${title}</h2><p>${says}</p>${parts.join('')}</section>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(model.name)}: the paper, reproduced</title><link rel="icon" href="data:,"><style>${STYLE}${OWN_STYLE}</style></head>
<body><main>
${header(reproduction)}
${section('The same subjects, three ways', 'Each asked for the yaw above its column. GANSpace and the paper’s way know no degrees: theirs are the direction’s estimate.', ...sheets.views.map(sheet))}
${section('Claims', 'What the paper says, and what this page’s figures say to it. A claim holds where each of its figures is better beyond the 95 % intervals, fails where one is worse, and is undecided where they overlap.', claims(reproduction))}
${section('Tables', 'The paper’s tables in its own form.', ...reproductionTables(reproduction))}
${section('One loss left out', 'As in the paper’s fig. 8: the refiner trained again without one term, everything else the same.', ...sheets.ablation.map(sheet))}
</main></body></html>
`;
}

function header(reproduction: Reproduction): string {
  const { model, options, readers, missing, steps } = reproduction;
  const range = [options.degrees[0]!, options.degrees.at(-1)!]
    .map((yaw) => `${number(yaw, 0)}°`)
    .join(' to ');
  const length =
    steps === null
      ? ''
      : ` Every training was cut to ${steps} steps: verdicts are of those, not of full ones.`;
  const notes = missing.map((note) => `<li>${html(note)}</li>`).join('');
  return `<header><h1>${html(model.name)}: the paper, reproduced</h1>
<p>“Multi-view consistent image generation through self-calibrated latent refinement”: GANSpace alone, the paper’s own configuration and turnaround’s, on one model of ${model.resolution}×${model.resolution} pixels along its direction ${html(model.direction)}. ${options.subjects} subjects at ${options.degrees.length} yaws from ${range}, truncation ${options.truncation}, seeds from ${options.firstSeed}.${length}
Yaw read by ${html(readers.yaw ?? 'nobody')}; identity by ${html(readers.identityNet ?? 'nobody')}; distances by ${html(readers.distribution ?? 'nobody')}.</p>
${notes ? `<div class="missing"><ul>${notes}</ul></div>` : ''}</header>`;
}

const sheet = ({ caption, source, width, height }: ReproductionPictures): string =>
  `<figure class="sheet"><figcaption>${html(caption)}</figcaption><img src="${source}" width="${width}" height="${height}" alt="${html(caption)}"></figure>`;

function claims(reproduction: Reproduction): string {
  const rows = CLAIMS.map((claim) => {
    const judged = judge(claim, reproduction);
    const cells = (['paper', 'turnaround'] as const).map((id) => {
      const found = judged.find(({ way }) => way === id);
      if (!found) return '<td class="none"></td>';
      const { verdict, because } = found;
      return `<td><span class="verdict ${VERDICT_CLASS[verdict]}">${verdict}</span><small>${html(because)}</small></td>`;
    });
    return `<tr><th scope="row">${html(claim.says)}<small>${html(claim.where)}: ${html(claim.rule)}</small></th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table class="claims"><thead><tr><th></th><th>${WAY_LABELS.paper}</th><th>${WAY_LABELS.turnaround}</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note">Fréchet distances have no interval and decide nothing; they stand in the tables. Claims over other 3D-aware GANs, DragGAN and diffusion need those models and are not judged.</p>`;
}
