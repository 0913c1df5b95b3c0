import { type EngineName, ViewerError } from '@turnaround/plugin/viewer';

/** The engine that the address asks for: `?engine=webgpu`, else WebGL2. */
export function engineAsked(search: string): EngineName {
  const asked = new URLSearchParams(search).get('engine') ?? 'webgl2';
  if (asked === 'webgl2' || asked === 'webgpu') return asked;
  throw new ViewerError('Unknown engine', `The address asks for “${asked}”. There are webgl2 and webgpu.`);
}
