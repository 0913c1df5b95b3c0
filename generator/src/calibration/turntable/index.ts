export { FROM_MODEL_CONFIG, ONE_SUBJECT_CONFIG, type TurntableConfig } from './config.ts';
export { type Frontal, findFrontal } from './frontal.ts';
export { readGeometry, type TurntableGeometry, type TurntableJobOptions, turntableJob } from './job.ts';
export { searchTurn, TURN_SEARCH_DEFAULTS, type TurnSearch, type TurnSearchOptions } from './turn-search.ts';
export { checkViewOrder, type ViewOrder } from './view-order.ts';
export { openWarpErrors, type WarpErrors, type WarpRow } from './warp-errors.ts';
export { type TurntableSteps, turntableYaws } from './yaws.ts';
