/** The page's style sheet: one column of text, tables that scroll by themselves, plots in a grid. */
export const STYLE = `
:root { --ink: #1c2430; --soft: #66707f; --line: #e2e6ec; --wash: #f6f7f9; --accent: #d1495b; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.55 Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1340px; margin: 0 auto; padding: 48px 32px 80px; }
header p { max-width: 76ch; color: var(--soft); margin: 6px 0 0; }
h1 { font-size: 32px; line-height: 1.15; letter-spacing: -.02em; margin: 0; font-weight: 650; }
h2 { font-size: 20px; letter-spacing: -.01em; margin: 56px 0 6px; padding-top: 20px; border-top: 1px solid var(--line); font-weight: 650; }
h2 + p { margin: 0 0 20px; color: var(--soft); max-width: 80ch; }
small { color: var(--soft); font-weight: 400; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin: 32px 0 8px; }
.card { background: var(--wash); border-radius: 10px; padding: 16px 18px; }
.card b { display: block; font-size: 28px; line-height: 1.2; letter-spacing: -.02em; font-weight: 600; font-variant-numeric: tabular-nums; }
.card span { font-size: 13px; } .card small { display: block; font-size: 12px; }
.missing { background: #fff8e6; border-left: 3px solid #c99700; padding: 10px 16px; margin: 24px 0 0; border-radius: 0 8px 8px 0; }
.missing ul { margin: 0; padding-left: 18px; }
figure { margin: 0; } figure.table { margin: 26px 0 30px; }
figcaption { font-size: 15px; margin-bottom: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; min-width: 50%; }
th, td { padding: 7px 9px; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { vertical-align: bottom; font-weight: 600; font-size: 13px; border-bottom: 1.5px solid var(--ink); white-space: normal; min-width: 78px; }
thead th.group { text-align: center; border-bottom: 1px solid var(--line); }
th[scope=row], tbody th { text-align: left; font-weight: 550; min-width: 150px; white-space: normal; }
th small, td small { display: block; font-size: 11.5px; line-height: 1.35; }
th i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 9px; }
.control, tr.bound th, tr.bound td { color: var(--soft); font-weight: 400; }
tr.bound { font-style: italic; } tr.band th { background: var(--wash); font-size: 13px; padding: 5px 14px; }
td.none { color: #b5bcc7; }
.note { color: var(--soft); font-size: 13px; max-width: 96ch; margin: 8px 0 0; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 24px; font-size: 13px; margin: 0 0 14px; }
.legend svg { margin-right: 7px; vertical-align: 1px; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 26px 22px; }
.plot figcaption { font-size: 13.5px; font-weight: 600; margin: 0 0 2px 6px; }
.plot svg { width: 100%; height: auto; display: block; }
.plot text { font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; } .ideal { stroke: #9aa4b2; stroke-dasharray: 2 3; fill: none; }
.sheet { margin: 0 0 22px; } .sheet img { max-width: 100%; height: auto; border-radius: 8px; display: block; }
dl { display: grid; grid-template-columns: minmax(180px, 260px) 1fr; gap: 10px 24px; margin: 0; font-size: 14px; }
dt { font-weight: 600; } dd { margin: 0; color: var(--soft); max-width: 88ch; }
@media (max-width: 640px) { main { padding: 28px 16px 48px; } dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 10px; } }
@media print { .scroll { overflow: visible; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
`;
