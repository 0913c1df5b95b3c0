export { type CheckpointSummary, describeCheckpoint } from './describe.ts';
export { CheckpointError, type CheckpointErrorCode } from './errors.ts';
export { readCheckpoint } from './read.ts';
export type { CheckpointFormat } from './weight-source.ts';
