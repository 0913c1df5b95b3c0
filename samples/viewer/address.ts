import { type EngineName, type Shown, ViewerError } from '@turnaround/plugin/viewer';

const SHOWN: readonly Shown[] = ['character', 'compare', 'depth'];

/**
 * What an address asks to be shown: `?show=compare` or `?show=depth`, else the character.
 *
 * @throws ViewerError where it asks for anything else
 */
export function shownAsked(search: string): Shown {
  const asked = new URLSearchParams(search).get('show') ?? 'character';
  const found = SHOWN.find((shown) => shown === asked);
  if (found) return found;
  throw new ViewerError(
    'Nothing of that name to show',
    `The address asks for “${asked}”. There are ${SHOWN.slice(0, -1).join(', ')} and ${SHOWN.at(-1)}.`,
  );
}

/** Puts what is shown into the address, so that a link and a reload show the same; the character is left unsaid. */
export function rememberShown(shown: Shown): void {
  const address = new URL(location.href);
  if (shown === 'character') address.searchParams.delete('show');
  else address.searchParams.set('show', shown);
  history.replaceState(null, '', address);
}

/** The address of this page on another engine, with what it shows now. */
export function addressOn(engine: EngineName): string {
  const search = new URLSearchParams(location.search);
  search.set('engine', engine);
  return `?${search}`;
}
