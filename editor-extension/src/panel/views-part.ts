import type { ImpostorState } from '@turnaround/plugin/impostor';
import type { CharacterViews } from './character-views.ts';
import { contactSheet, pngOf } from './contact-sheet.ts';
import { button, section } from './controls.ts';
import type { SheetDialog } from './sheet-dialog.ts';
import { ViewGrid } from './view-grid.ts';

/** All stored views of the character that is shown, and the sheet of them. */
export class ViewsPart {
  readonly root: HTMLElement;
  private readonly grid: ViewGrid;
  private readonly sheet: HTMLButtonElement;
  private views: CharacterViews | null = null;

  constructor(
    chosen: (yaw: number, pitch: number) => void,
    dialog: SheetDialog,
    failed: (error: unknown) => void,
  ) {
    this.grid = new ViewGrid(chosen);
    this.sheet = button('Contact sheet', () => void this.lay(dialog).catch(failed), 'quiet');
    this.root = section('views-part', 'Views', this.grid.root, this.sheet);
    this.root.hidden = true;
  }

  start(views: CharacterViews): void {
    this.views = views;
    this.grid.start(views);
    this.root.hidden = false;
  }

  show(state: ImpostorState): void {
    this.grid.show(state);
  }

  private async lay(dialog: SheetDialog): Promise<void> {
    if (!this.views) return;
    const { extension, file } = this.views;
    const name = file.name.replace(/\.glb$/, '');
    const described = `${extension.views.length} views of ${name} with their degrees`;
    dialog.show(await pngOf(contactSheet(this.views)), `${name}-views.png`, `Views of ${name}`, described);
  }
}
