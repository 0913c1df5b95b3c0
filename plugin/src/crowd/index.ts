export { type CrowdMember, ImpostorCrowd, type ImpostorCrowdOptions } from './impostor-crowd.ts';
export type { CrowdPlacement } from './member.ts';
