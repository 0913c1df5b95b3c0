import { element, fetchCharacter, frontView, readPictures } from '@turnaround/plugin/viewer';

export interface CharacterFile {
  /** Below `out/`. */
  readonly path: string;
  readonly bytes: number;
}

/** What stands in `out/`, as the preview server lists it. */
export async function fetchCharacters(): Promise<CharacterFile[]> {
  const response = await fetch('out/index.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the list of characters: ${response.status} ${response.statusText}`);
  return (await response.json()) as CharacterFile[];
}

export const addressOf = (path: string): string => `out/${path.split('/').map(encodeURIComponent).join('/')}`;

/** A character's name for people: its file's, without folder and ending. */
export const nameOf = (path: string): string =>
  path
    .split('/')
    .at(-1)!
    .replace(/\.glb$/, '');

/** The characters as cards, a heading for each folder; pictures are fetched as they come into sight. */
export class Library {
  private readonly holder: HTMLElement;
  private readonly chosen: (path: string) => void;
  private readonly cards = new Map<string, HTMLButtonElement>();
  private readonly sight: IntersectionObserver;
  private listed = '';

  constructor(holder: HTMLElement, chosen: (path: string) => void) {
    this.holder = holder;
    this.chosen = chosen;
    const seen = (entries: IntersectionObserverEntry[]): void => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting && target instanceof HTMLButtonElement) this.paint(target);
    };
    this.sight = new IntersectionObserver(seen, { rootMargin: '300px' });
  }

  show(files: readonly CharacterFile[]): void {
    const listed = JSON.stringify(files);
    if (listed === this.listed) return;
    this.listed = listed;
    this.cards.clear();
    this.sight.disconnect();
    const groups = new Map<string, CharacterFile[]>();
    for (const file of files) {
      const folder = file.path.split('/').slice(0, -1).join('/');
      groups.set(folder, [...(groups.get(folder) ?? []), file]);
    }
    this.holder.replaceChildren(
      ...[...groups].flatMap(([folder, members]) => [
        element('h3', { className: 'group' }, `out/${folder}`),
        element(
          'ul',
          { className: 'cards' },
          ...members.map(({ path }) => element('li', {}, this.card(path))),
        ),
      ]),
    );
  }

  mark(path: string | null): void {
    for (const [name, card] of this.cards) card.ariaPressed = String(name === path);
  }

  private card(path: string): HTMLButtonElement {
    const picture = element('canvas', {});
    picture.ariaHidden = 'true';
    const card = element('button', { className: 'card', title: `out/${path}` }, picture, nameOf(path));
    card.type = 'button';
    card.dataset.path = path;
    card.ariaPressed = 'false';
    card.addEventListener('click', () => this.chosen(path));
    this.cards.set(path, card);
    this.sight.observe(card);
    return card;
  }

  private paint(card: HTMLButtonElement): void {
    this.sight.unobserve(card);
    const canvas = card.querySelector('canvas');
    if (!canvas || !card.dataset.path) return;
    frontPicture(addressOf(card.dataset.path)).then(
      (bitmap) => {
        [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      },
      (error: unknown) => {
        card.title += `: ${error instanceof Error ? error.message : error}`;
        card.append(' (unreadable)');
      },
    );
  }
}

/** A character's view from the front. */
async function frontPicture(url: string): Promise<ImageBitmap> {
  const { extension, atlas } = await readPictures(await fetchCharacter(url));
  return await createImageBitmap(atlas, ...frontView(extension).rectangle);
}
