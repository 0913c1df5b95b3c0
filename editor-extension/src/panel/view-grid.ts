import { degrees } from '@turnaround/plugin/asset';
import type { ImpostorState } from '@turnaround/plugin/impostor';
import { element, spellAngle } from '@turnaround/plugin/viewer';
import { type CharacterViews, drawView } from './character-views.ts';

/** All stored views; pressing one turns the stage to it. */
export class ViewGrid {
  readonly root: HTMLElement = element('ul', { className: 'grid' });
  private readonly chosen: (yaw: number, pitch: number) => void;
  private cells: HTMLButtonElement[] = [];

  /** @param chosen told the yaw and pitch of a view, radians */
  constructor(chosen: (yaw: number, pitch: number) => void) {
    this.chosen = chosen;
    this.root.ariaLabel = 'Stored views';
    this.root.role = 'list';
  }

  start(views: CharacterViews | null): void {
    this.cells = (views?.extension.views ?? []).map((view) => {
      const canvas = element('canvas', {});
      canvas.ariaHidden = 'true';
      [, , canvas.width, canvas.height] = view.rectangle;
      drawView(canvas.getContext('2d')!, views!, view);
      const name = spellAngle(view.yaw, views!.extension.calibrated);
      const pitch = view.pitch === 0 ? '' : `, pitch ${Math.round(degrees(view.pitch))}°`;
      const cell = element('button', { className: 'cell-button' }, canvas, element('span', {}, name));
      cell.type = 'button';
      cell.ariaLabel = `View at ${name}${pitch}`;
      cell.addEventListener('click', () => this.chosen(view.yaw, view.pitch));
      return cell;
    });
    this.root.replaceChildren(...this.cells.map((cell) => element('li', {}, cell)));
  }

  /** Marks the views that a frame is made of. */
  show({ samples }: Pick<ImpostorState, 'samples'>): void {
    for (const [k, cell] of this.cells.entries()) {
      const weight = samples.find(({ index }) => index === k)?.weight ?? 0;
      cell.style.setProperty('--weight', `${weight}`);
      if (weight > 0.999) cell.ariaCurrent = 'true';
      else cell.ariaCurrent = null;
    }
  }
}
