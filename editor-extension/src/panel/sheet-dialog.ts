import { element } from '@turnaround/plugin/viewer';
import { button } from './controls.ts';
import { download } from './download.ts';

/** A picture over the panel, to look at and to keep. */
export class SheetDialog {
  readonly root: HTMLDialogElement = element('dialog', { className: 'sheet' });
  private readonly title = element('h2', { id: 'sheet-title' });
  private readonly picture = element('img', {});
  private readonly save: HTMLButtonElement;
  private content: Blob | null = null;
  private name = '';

  constructor() {
    this.save = button('Download PNG', () => this.content && download(this.content, this.name));
    const close = button('Close', () => this.root.close());
    this.root.setAttribute('aria-labelledby', this.title.id);
    const scroll = element('div', { className: 'sheet-scroll' }, this.picture);
    // A region that scrolls has to be reached by keys.
    scroll.tabIndex = 0;
    scroll.role = 'group';
    scroll.ariaLabel = 'The sheet';
    this.root.append(this.title, scroll, element('div', { className: 'row' }, this.save, close));
    this.root.addEventListener('close', () => URL.revokeObjectURL(this.picture.src));
  }

  /** @param name of the file @param described for those who do not see it */
  show(content: Blob, name: string, title: string, described: string): void {
    [this.content, this.name] = [content, name];
    this.title.textContent = title;
    this.picture.src = URL.createObjectURL(content);
    this.picture.alt = described;
    this.root.showModal();
    this.save.focus();
  }
}
