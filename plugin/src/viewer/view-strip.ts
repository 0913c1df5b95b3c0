import { degrees, type ImpostorExtension, type View } from '../asset/index.ts';
import type { ImpostorState } from '../impostor/index.ts';
import { readPictures } from './character-file.ts';
import { element } from './elements.ts';
import { spellAngle } from './turning.ts';

/** Pixels of a view's picture in the strip: twice what the style gives it at most. */
const PICTURE = 112;

/**
 * All stored views of a character along the yaw, a row for each pitch, as pictures under the slider that turns it; those
 * that a frame is made of stand out by their weight, and are named below.
 */
export class ViewStrip {
  private readonly strip: HTMLElement;
  private readonly names: HTMLElement;
  private readonly slider: HTMLInputElement;
  private extension: ImpostorExtension | null = null;
  private cells: HTMLCanvasElement[] = [];
  private lit: readonly { readonly index: number }[] = [];
  /** Of the frame that is shown. */
  private yaw = Number.NaN;
  private pitch = Number.NaN;

  /**
   * @param strip   holds the pictures; what it stands in is told the numbers of columns and rows
   * @param names   a list of the views that are mixed
   * @param slider  lies over the strip
   */
  constructor(strip: HTMLElement, names: HTMLElement, slider: HTMLInputElement) {
    [this.strip, this.names, this.slider] = [strip, names, slider];
  }

  /** Begins anew with a character, or with none. @param file its own, for the pictures */
  start(extension: ImpostorExtension | null, file: Blob | null): void {
    this.extension = extension;
    [this.yaw, this.pitch, this.lit] = [Number.NaN, Number.NaN, []];
    this.names.replaceChildren();
    this.slider.ariaValueText = null;
    const views = extension?.views ?? [];
    const yaws = views.map(({ yaw }) => yaw);
    const [first, last] = [Math.min(...yaws), Math.max(...yaws)];
    const pitches = [...new Set(views.map(({ pitch }) => pitch))].sort((a, b) => b - a);
    this.cells = views.map(({ yaw, pitch }) => {
      const cell = element('canvas', { className: 'cell' });
      cell.style.setProperty('--share', `${last > first ? (yaw - first) / (last - first) : 0.5}`);
      cell.style.setProperty('--row', `${pitches.indexOf(pitch)}`);
      return cell;
    });
    const timeline = this.strip.parentElement!.style;
    timeline.setProperty('--columns', `${new Set(yaws).size || 1}`);
    timeline.setProperty('--rows', `${pitches.length || 1}`);
    this.strip.replaceChildren(...this.cells);
    if (file) void this.paint(this.cells, file);
  }

  /** Shows what a frame was made of. */
  show({ yaw, pitch, samples }: ImpostorState): void {
    const { extension } = this;
    if (!extension || (yaw === this.yaw && pitch === this.pitch)) return;
    [this.yaw, this.pitch] = [yaw, pitch];
    for (const { index } of this.lit) this.cells[index]?.style.removeProperty('--weight');
    for (const { index, weight } of samples) this.cells[index]?.style.setProperty('--weight', `${weight}`);
    this.lit = samples;
    const chosen = samples
      .filter(({ weight }) => weight >= 0.0005)
      .map(({ index, weight }) => ({
        name: nameOf(extension.views[index]!, extension),
        percent: `${Math.round(weight * 100)} %`,
        weight,
      }));
    this.names.replaceChildren(
      ...chosen.map(({ name, percent, weight }) => {
        const item = element('li', {}, element('span', {}, name), element('b', {}, percent));
        item.style.setProperty('--weight', `${weight}`);
        return item;
      }),
    );
    const parts = chosen.map(({ name, percent }) => `${percent} of the view at ${name}`).join(', ');
    this.slider.ariaValueText = `${spellAngle(yaw, extension.calibrated)}: ${parts}`;
  }

  private async paint(cells: readonly HTMLCanvasElement[], file: Blob): Promise<void> {
    const { extension, atlas } = await readPictures(file);
    const picture = await createImageBitmap(atlas);
    for (const [k, { rectangle }] of extension.views.entries()) {
      const [x, y, width, height] = rectangle;
      const shrunk = Math.min(1, PICTURE / height);
      const cell = cells[k]!;
      [cell.width, cell.height] = [Math.round(width * shrunk), Math.round(height * shrunk)];
      cell.getContext('2d')?.drawImage(picture, x, y, width, height, 0, 0, cell.width, cell.height);
    }
    picture.close();
  }
}

/** A view for people: its yaw, and its pitch where views have several. */
function nameOf({ yaw, pitch }: View, { views, calibrated }: ImpostorExtension): string {
  const name = spellAngle(yaw, calibrated);
  if (views.every((view) => view.pitch === views[0]!.pitch)) return name;
  const raised = Math.round(degrees(pitch));
  return `${name}, ${raised === 0 ? 'level' : `${Math.abs(raised)}° from ${raised > 0 ? 'above' : 'below'}`}`;
}
