export { Impostor, type ImpostorOptions, type ImpostorState } from './impostor.ts';
