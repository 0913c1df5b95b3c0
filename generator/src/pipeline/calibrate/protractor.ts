import { degrees, radians } from '@turnaround/plugin/asset';
import { drawLines, type Segment } from '../../impostor/draw-lines.ts';
import type { RgbaImage } from '../../impostor/index.ts';
import { drawText, textWidth } from '../../impostor/stroke-font.ts';

type Colour = readonly [number, number, number];

const INK: Colour = [74, 80, 92];
const FAINT: Colour = [160, 166, 176];
const NEEDLE: Colour = [196, 62, 52];

/** Degrees from one mark to the next, and marks from one long, labelled one to the next. */
const [MARK, LABELLED] = [15, 3];

/**
 * A protractor seen from above, the viewer below: its needle points where the face does, straight down for a face
 * that looks at the viewer, to the right for one turned to the viewer's right. Its degrees stand under it.
 * @param left, top corner of the square that it is drawn in, pixels
 * @param size      of that square
 * @param yaw       radians
 */
export function drawProtractor(image: RgbaImage, left: number, top: number, size: number, yaw: number): void {
  const text = Math.max(8, Math.round(size / 13));
  const radius = size / 2 - 2 * text;
  const [cx, cy] = [left + size / 2, top + text];
  const at = (angle: number, distance: number): [number, number] => [
    cx + distance * Math.sin(angle),
    cy + distance * Math.cos(angle),
  ];
  const line = (angle: number, from: number, to: number): Segment => [...at(angle, from), ...at(angle, to)];
  const arc: Segment[] = [];
  for (let a = -90; a < 90; a += 5) arc.push([...at(radians(a), radius), ...at(radians(a + 5), radius)]);
  drawLines(image, arc, { pen: 0.75, colour: FAINT });
  for (let a = -90; a <= 90; a += MARK) {
    const long = (a / MARK) % LABELLED === 0;
    drawLines(image, [line(radians(a), radius * (long ? 0.84 : 0.92), radius)], { pen: 0.75, colour: INK });
    if (!long) continue;
    const label = `${Math.abs(a)}`;
    const [x, y] = at(radians(a), radius + 0.9 * text);
    drawText(image, label, x - textWidth(label, text) / 2, y - text / 2, { size: text, colour: FAINT });
  }
  drawLines(image, [line(yaw, 0, 0.8 * radius)], { pen: Math.max(1.5, size / 90), colour: NEEDLE });
  const label = yawLabel(yaw);
  const below = Math.round(1.5 * text);
  drawText(image, label, left + (size - textWidth(label, below)) / 2, top + radius + 3.5 * text, {
    size: below,
    colour: INK,
  });
}

/** Height of a protractor with its degrees, for a square of this size. */
export function protractorHeight(size: number): number {
  const text = Math.max(8, Math.round(size / 13));
  return Math.ceil(size / 2 + 4 * text);
}

/** `+30°`, `-15°`. */
function yawLabel(yaw: number): string {
  const rounded = Math.round(degrees(yaw)) + 0;
  return `${rounded > 0 ? '+' : ''}${rounded}°`;
}
