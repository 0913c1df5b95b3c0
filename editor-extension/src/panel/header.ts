import { element } from '@turnaround/plugin/viewer';
import { signButton } from './controls.ts';

/** Title, undo and redo, and where the service is. */
export class Header {
  readonly root: HTMLElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly place = element('span', { className: 'place' });

  constructor(undo: () => void, redo: () => void) {
    this.undo = signButton('↶', 'Undo', undo);
    this.redo = signButton('↷', 'Redo', redo);
    this.place.role = 'status';
    this.root = element(
      'header',
      {},
      element('h1', {}, 'Turnaround'),
      this.place,
      element('div', { className: 'row' }, this.undo, this.redo),
    );
    this.offer(false, false);
    this.connected(null);
  }

  offer(canUndo: boolean, canRedo: boolean): void {
    [this.undo.disabled, this.redo.disabled] = [!canUndo, !canRedo];
  }

  /** @param place host of the service; null: none */
  connected(place: string | null): void {
    this.place.textContent = place ?? 'not connected';
    this.place.dataset['state'] = place === null ? 'off' : 'on';
  }
}
