import type { EvaluationReport, Figure } from '../evaluation/report/index.ts';

/** A report's main figures for people: a line for each way of drawing. */
export function evaluationLines({ models, metrics, missing }: EvaluationReport): string[] {
  const shown = [...metrics.sweep, ...metrics.zone, ...metrics.distance].filter(({ id }) =>
    SHOWN.includes(id),
  );
  return [
    ...models.flatMap(({ name, methods }) =>
      methods.map(({ label, sweep, zones }) => {
        const figures = { ...sweep, ...zones.at(-1)?.figures };
        const parts = shown.flatMap(({ id, label: metric, unit, digits }) => {
          const figure: Figure | null | undefined = figures[id];
          return figure ? [`${metric} ${figure.value.toFixed(digits)}${unit ? ` ${unit}` : ''}`] : [];
        });
        return `${name}, ${label}: ${parts.join(', ')}`;
      }),
    ),
    ...missing,
  ];
}

const SHOWN: readonly string[] = [
  'yawReached',
  'warpedPsnr',
  'sharpness',
  'identity',
  'ssimMasked',
  'kernel',
];
