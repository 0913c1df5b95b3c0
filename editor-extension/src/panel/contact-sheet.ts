import { element, spellAngle } from '@turnaround/plugin/viewer';
import { type CharacterViews, drawView } from './character-views.ts';

/** Pixels: a picture's side, the line of text below it, the gap. */
const [CELL, LINE, GAP] = [160, 22, 8];
const COLUMNS = 7;

/** All views of a character with their degrees, on one picture of neutral grey. */
export function contactSheet(views: CharacterViews): HTMLCanvasElement {
  const { extension } = views;
  const all = extension.views;
  const columns = Math.min(COLUMNS, all.length);
  const rows = Math.ceil(all.length / columns);
  const canvas = element('canvas', {});
  canvas.width = columns * (CELL + GAP) + GAP;
  canvas.height = rows * (CELL + LINE + GAP) + GAP;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#8b8d91';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#111214';
  context.font = '13px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [k, view] of all.entries()) {
    const x = GAP + (k % columns) * (CELL + GAP);
    const y = GAP + Math.floor(k / columns) * (CELL + LINE + GAP);
    drawView(context, views, view, [x, y, CELL, CELL]);
    context.fillText(spellAngle(view.yaw, extension.calibrated), x + CELL / 2, y + CELL + LINE / 2);
  }
  return canvas;
}

/** A canvas as a file. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be written'))));
  });
}
