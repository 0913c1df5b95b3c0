export {
  type CrowdMember,
  type CrowdPlacement,
  ImpostorCrowd,
  type ImpostorCrowdOptions,
} from './impostor-crowd.ts';
