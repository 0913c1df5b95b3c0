export {
  ImpostorLoader,
  type ImpostorLoadOptions,
  loadImpostorAsync,
  registerImpostorLoader,
} from './load-impostor.ts';
export { registerImpostorExtension, TURNAROUND_impostor } from './TURNAROUND_impostor.pure.ts';
export type * from './TURNAROUND_impostor.types.ts';
