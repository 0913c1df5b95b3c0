import type { ViewSample } from '@turnaround/plugin/asset';
import { element, spellAngle } from '@turnaround/plugin/viewer';
import { type CharacterViews, drawView } from './character-views.ts';

/** The stored views that the picture on the stage is made of, each with its share; seen only, the strip below says them. */
export class ChosenViews {
  readonly root: HTMLElement = element('div', { className: 'chosen' });
  private views: CharacterViews | null = null;
  private readonly figures = new Map<number, HTMLElement>();

  constructor() {
    this.root.ariaHidden = 'true';
  }

  start(views: CharacterViews | null): void {
    this.views = views;
    this.figures.clear();
    this.root.replaceChildren();
  }

  /** Shows what a frame is made of. */
  show(samples: readonly ViewSample[]): void {
    if (!this.views) return;
    const shown = samples.filter(({ weight }) => weight >= 0.0005);
    const indices = shown.map(({ index }) => index).join();
    if (indices !== this.root.dataset['indices']) {
      this.root.dataset['indices'] = indices;
      this.root.replaceChildren(...shown.map(({ index }) => this.figure(index)));
    }
    for (const { index, weight } of shown) {
      const figure = this.figure(index);
      figure.style.setProperty('--weight', `${weight}`);
      figure.querySelector('b')!.textContent = `${Math.round(100 * weight)} %`;
    }
  }

  /** Of a view, drawn once. */
  private figure(index: number): HTMLElement {
    const known = this.figures.get(index);
    if (known) return known;
    const view = this.views!.extension.views[index]!;
    const canvas = element('canvas', {});
    [, , canvas.width, canvas.height] = view.rectangle;
    drawView(canvas.getContext('2d')!, this.views!, view);
    const name = spellAngle(view.yaw, this.views!.extension.calibrated);
    const made = element('figure', {}, canvas, element('figcaption', {}, `${name} `, element('b', {})));
    this.figures.set(index, made);
    return made;
  }
}
