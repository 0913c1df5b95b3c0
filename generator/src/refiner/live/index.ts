export { graphMatte } from './graph-matte.ts';
export { buildLive, type LiveParts } from './live.ts';
export { xOfYaw } from './x-of-yaw.ts';
