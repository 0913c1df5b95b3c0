import { byId, type EngineName, element, type Shown } from '@turnaround/plugin/viewer';
import { addressOn, rememberShown } from './address.ts';

/** What is shown, as radio buttons; the address remembers it. */
export class ShownChoice {
  private readonly view: HTMLElement;
  private readonly group = byId('shown', HTMLFieldSetElement);
  private readonly note = byId('note', HTMLParagraphElement);
  private shown: Shown;

  /**
   * @param view    the stage: `data-shown` says what stands in it
   * @param chosen  told of the first at once, and of every other choice
   */
  constructor(view: HTMLElement, first: Shown, chosen: (shown: Shown) => void) {
    [this.view, this.shown] = [view, first];
    const names: [Shown, string][] = [
      ['character', 'Character'],
      ['compare', 'Compare'],
      ['depth', 'Depth'],
    ];
    for (const [shown, name] of names) {
      const input = element('input', {});
      Object.assign(input, { type: 'radio', name: 'shown', value: shown, checked: shown === first });
      input.addEventListener('change', () => {
        this.shown = shown;
        this.view.dataset.shown = shown;
        rememberShown(shown);
        chosen(shown);
      });
      this.group.append(element('label', {}, input, name));
    }
    this.offer(null);
    chosen(first);
  }

  /** Only a character with depth leaves a choice. @param character null where none is shown */
  offer(character: { readonly isMarching: boolean } | null): void {
    const free = character?.isMarching === true;
    this.group.disabled = !free;
    this.view.dataset.shown = free ? this.shown : 'character';
    this.note.hidden = !character || free;
  }
}

/** Colours to see a character's rim on. */
export function offerBackdrops(view: HTMLElement): void {
  const colours = {
    paper: 'linear-gradient(var(--stage-top), var(--stage-bottom))',
    white: '#fff',
    black: '#000',
    red: '#f00',
  };
  for (const [name, colour] of Object.entries(colours)) {
    const input = element('input', {});
    Object.assign(input, { type: 'radio', name: 'backdrop', value: name, checked: name === 'paper' });
    input.addEventListener('change', () => {
      view.dataset.backdrop = name;
    });
    const label = element('label', { title: `Backdrop: ${name}` }, input);
    input.ariaLabel = name;
    label.style.background = colour;
    byId('backdrops', HTMLFieldSetElement).append(label);
  }
}

/** Links to this page on both engines. */
export function offerEngines(used: EngineName | null): void {
  const names: [EngineName, string][] = [
    ['webgl2', 'WebGL2'],
    ['webgpu', 'WebGPU'],
  ];
  for (const [name, label] of names) {
    const link = element('a', {}, label);
    link.href = addressOn(name);
    link.addEventListener('click', () => {
      link.href = `${addressOn(name)}${location.hash}`;
    });
    if (name === used) link.ariaCurrent = 'true';
    byId('engines', HTMLElement).append(link);
  }
}
