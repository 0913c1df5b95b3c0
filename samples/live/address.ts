import { type EngineName, ViewerError } from '@turnaround/plugin/viewer';

/** What this page shows: one face to turn and to change, or strangers in a street. */
export type SceneName = 'face' | 'street';

/**
 * The scene that an address asks for: `?scene=street`, else one face.
 *
 * @throws ViewerError where it asks for anything else
 */
export function sceneAsked(search: string): SceneName {
  const asked = new URLSearchParams(search).get('scene') ?? 'face';
  if (asked === 'face' || asked === 'street') return asked;
  throw new ViewerError('No such scene', `The address asks for “${asked}”. There are face and street.`);
}

/** The model that an address asks for: `?model=NAME`, else the demo's. */
export const modelAsked = (search: string): string =>
  new URLSearchParams(search).get('model') || 'portraits-128';

/** The seed that an address asks for; null where it asks for none. */
export function seedAsked(search: string): number | null {
  const asked = new URLSearchParams(search).get('seed');
  return asked !== null && /^\d+$/.test(asked) && Number(asked) < 2 ** 32 ? Number(asked) : null;
}

/** Puts a seed into the address, so that a link and a reload show the same face. */
export function rememberSeed(seed: number): void {
  const address = new URL(location.href);
  address.searchParams.set('seed', `${seed}`);
  history.replaceState(null, '', address);
}

/** The address of this page with another scene or engine, and the rest as it is. */
export function addressWith(changes: { readonly scene?: SceneName; readonly engine?: EngineName }): string {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) search.set(name, value);
  return `/live/?${search}`;
}
