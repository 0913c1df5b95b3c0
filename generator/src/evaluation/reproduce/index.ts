export {
  CLAIMS,
  type Claim,
  compareFigures,
  type Judgement,
  judge,
  LEAST_TURN,
  type Verdict,
} from './claims.ts';
export { type ReproductionSheets, reproductionPage } from './page.ts';
export { TABLE_1, TABLE_2, TABLE_3, TABLE_4, TABLE_5 } from './published.ts';
export {
  figureOfWay,
  type Reproduction,
  type ReproductionPictures,
  WAY_LABELS,
  type WayId,
  type WayResult,
  wayOf,
} from './results.ts';
