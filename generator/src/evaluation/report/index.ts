export { type AblationTable, parseAblation } from './ablation.ts';
export { reportCsv } from './csv.ts';
export {
  type Curve,
  curveFigures,
  curvesOf,
  figureOf,
  gainFigures,
  sweepFigures,
  zoneFigures,
} from './figures.ts';
export type { PairMeasures, SubjectMeasures, ViewMeasures } from './measures.ts';
export {
  distanceMetrics,
  type Metric,
  type SubjectMetric,
  sweepMetrics,
  yawOf,
  zoneMetrics,
} from './metrics.ts';
export { type ReportPictures, reportPage } from './page/index.ts';
export type {
  CurvePoint,
  EvaluationReport,
  Figure,
  Figures,
  GainReport,
  MethodId,
  MethodReport,
  ModelReport,
  ReaderNames,
  ZoneFigures,
} from './report.ts';
