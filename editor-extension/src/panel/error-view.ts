import { type CapturedView, element } from '@turnaround/plugin/viewer';
import { paintError, type WarpError } from './warp-error.ts';

/** What is shown, what the generator draws from the same side, and their difference. */
export class ErrorView {
  readonly root: HTMLElement = element('div', { className: 'error-view' });
  private readonly canvases: readonly HTMLCanvasElement[];
  private readonly figure = element('p', { className: 'figure' });

  constructor() {
    const cell = (name: string) => {
      const canvas = element('canvas', {});
      canvas.role = 'img';
      canvas.ariaLabel = name;
      return { canvas, figure: element('figure', {}, canvas, element('figcaption', {}, name)) };
    };
    const cells = ['Shown', 'Generated', 'Difference'].map(cell);
    this.canvases = cells.map(({ canvas }) => canvas);
    this.figure.role = 'status';
    this.root.append(
      element('div', { className: 'cells' }, ...cells.map(({ figure }) => figure)),
      this.figure,
    );
  }

  /** Nothing measured yet, or not any more. */
  clear(text: string): void {
    this.figure.textContent = text;
    for (const canvas of this.canvases) canvas.width = canvas.width || 1;
    this.root.dataset['state'] = 'waiting';
  }

  /** @param angle for people */
  show(shown: CapturedView, fresh: ImageData, error: WarpError, angle: string): void {
    const pictures = [straight(shown), fresh, paintError(error)];
    for (const [k, picture] of pictures.entries()) {
      const canvas = this.canvases[k]!;
      [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d')!.putImageData(picture, 0, 0);
    }
    const psnr = Number.isFinite(error.psnr) ? `${error.psnr.toFixed(1)} dB` : 'no difference';
    this.figure.textContent = `${psnr} at ${angle}`;
    this.root.dataset['state'] = 'measured';
  }
}

/** Premultiplied pixels as a canvas takes them. */
function straight({ width, height, data }: CapturedView): ImageData {
  const picture = new ImageData(width, height);
  for (let k = 0; k < data.length; k += 4) {
    const alpha = data[k + 3]!;
    for (let c = 0; c < 3; c++) picture.data[k + c] = alpha > 0 ? (255 * data[k + c]!) / alpha : 0;
    picture.data[k + 3] = alpha;
  }
  return picture;
}
