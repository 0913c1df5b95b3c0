export { probeBlock } from './probe.ts';
export { blockConvolutions } from './rewrite.ts';
