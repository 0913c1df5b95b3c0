import { drawLines, type Segment } from './draw-lines.ts';
import type { RgbaImage } from './image.ts';

/** Digits, signs and lower-case letters, which is all that labels need, as polylines on a grid 4 wide and 6 high, y down: `x y` pairs, strokes apart by `|`. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '0 1 1 0 3 0 4 1 4 5 3 6 1 6 0 5 0 1',
  '1': '.8 1.2 2.2 0 2.2 6',
  '2': '0 1.2 1 0 3 0 4 1 4 2.2 0 6 4 6',
  '3': '0 1 1 0 3 0 4 1 4 2 3.2 2.8 1.6 2.8|3.2 2.8 4 3.8 4 5 3 6 1 6 0 5',
  '4': '3 6 3 0 0 4.3 4 4.3',
  '5': '3.8 0 .4 0 .2 2.6 1 2.2 3 2.2 4 3.2 4 5 3 6 1 6 0 5',
  '6': '3.6 .4 3 0 1.2 0 0 1.6 0 5 1 6 3 6 4 5 4 3.6 3 2.6 1 2.6 0 3.6',
  '7': '0 0 4 0 1.4 6',
  '8': '1 2.8 .2 2 .2 1 1 0 3 0 3.8 1 3.8 2 3 2.8 1 2.8 0 3.8 0 5 1 6 3 6 4 5 4 3.8 3 2.8',
  '9': '4 2.4 3 3.4 1 3.4 0 2.4 0 1 1 0 3 0 4 1 4 4.4 2.8 6 1 6 .4 5.6',
  '-': '.6 3.2 3.4 3.2',
  '+': '.4 3.2 3.6 3.2|2 1.6 2 4.8',
  '°': '1 0 2 0 2.4 .5 2.4 1.4 2 1.9 1 1.9 .6 1.4 .6 .5 1 0',
  '≈': '.4 2.6 1 2.1 1.7 2.1 2.5 2.6 3.2 2.6 3.8 2.1|.4 4.3 1 3.8 1.7 3.8 2.5 4.3 3.2 4.3 3.8 3.8',
  '#': '1.3 .4 .8 5.6|3.2 .4 2.7 5.6|.2 2 4 2|0 4 3.8 4',
  '.': '1.6 6 1.7 6',
  ':': '1.9 2.4 2 2.4|1.9 5 2 5',
  a: '.4 2.8 1.2 2.2 2.8 2.2 3.6 3 3.6 6|3.6 4 1.2 4 .4 4.6 .4 5.4 1.2 6 2.6 6 3.6 5.2',
  b: '.6 0 .6 6|.6 3 1.6 2.2 2.8 2.2 3.6 3.2 3.6 5 2.8 6 1.6 6 .6 5.2',
  c: '3.6 2.8 2.8 2.2 1.4 2.2 .4 3.2 .4 5 1.4 6 2.8 6 3.6 5.4',
  d: '3.4 0 3.4 6|3.4 3 2.4 2.2 1.2 2.2 .4 3.2 .4 5 1.2 6 2.4 6 3.4 5.2',
  e: '.4 4 3.6 4 3.6 3.2 2.6 2.2 1.4 2.2 .4 3.2 .4 5 1.4 6 2.8 6 3.5 5.4',
  f: '3.4 0 2.6 0 1.8 .8 1.8 6|.6 2.4 3 2.4',
  g: '3.4 2.2 3.4 6.6 2.6 7.6 1.2 7.6 .5 7.1|3.4 3 2.4 2.2 1.2 2.2 .4 3.2 .4 5 1.2 6 2.4 6 3.4 5.2',
  h: '.6 0 .6 6|.6 3.2 1.6 2.2 2.8 2.2 3.5 3 3.5 6',
  i: '2 2.4 2 6|2 .6 2 .7',
  j: '2.4 2.4 2.4 6.8 1.7 7.6 .8 7.6|2.4 .6 2.4 .7',
  k: '.7 0 .7 6|3.2 2.2 .7 4.5|1.6 3.7 3.4 6',
  l: '1.6 0 1.6 5.2 2.3 6 2.9 6',
  m: '.2 6 .2 2.2|.2 3 1 2.2 1.6 2.2 2.1 2.9 2.1 6|2.1 3 2.8 2.2 3.4 2.2 3.9 2.9 3.9 6',
  n: '.6 6 .6 2.2|.6 3.2 1.6 2.2 2.8 2.2 3.5 3 3.5 6',
  o: '1.4 2.2 2.6 2.2 3.6 3.2 3.6 5 2.6 6 1.4 6 .4 5 .4 3.2 1.4 2.2',
  p: '.6 2.2 .6 7.6|.6 3 1.6 2.2 2.8 2.2 3.6 3.2 3.6 5 2.8 6 1.6 6 .6 5.2',
  q: '3.4 2.2 3.4 7.6|3.4 3 2.4 2.2 1.2 2.2 .4 3.2 .4 5 1.2 6 2.4 6 3.4 5.2',
  r: '.9 6 .9 2.2|.9 3.4 1.9 2.3 3.2 2.3',
  s: '3.4 2.8 2.6 2.2 1.2 2.2 .6 2.8 .6 3.4 1.2 4 2.8 4.2 3.4 4.8 3.4 5.4 2.8 6 1.2 6 .5 5.4',
  t: '1.8 .6 1.8 5.2 2.6 6 3.4 6|.6 2.4 3.2 2.4',
  u: '.5 2.2 .5 5.2 1.3 6 2.4 6 3.4 5|3.4 2.2 3.4 6',
  v: '.4 2.2 2 6 3.6 2.2',
  w: '.1 2.2 1.1 6 2 3.2 2.9 6 3.9 2.2',
  x: '.6 2.2 3.4 6|3.4 2.2 .6 6',
  y: '.4 2.2 2 6|3.6 2.2 1.6 7.2 .9 7.6 .4 7.6',
  z: '.6 2.2 3.4 2.2 .6 6 3.4 6',
  σ: '3.8 2.2 1.6 2.2 .4 3.2 .4 5 1.4 6 2.6 6 3.6 5 3.6 3.2 2.8 2.2',
  ' ': '',
};

/** Grid units from one character to the next. */
const ADVANCE = 5.6;

/** Half the strokes' width, in grid units. */
const PEN = 0.42;

export interface TextStyle {
  /** Height of a digit in pixels. */
  readonly size: number;
  /** 0–255. */
  readonly colour: readonly [number, number, number];
}

/** Width of a text in pixels. */
export function textWidth(text: string, size: number): number {
  return (([...text].length * ADVANCE - (ADVANCE - 4)) * size) / 6;
}

/**
 * Draws digits, signs and the letters of labels, smooth-edged, so that no font has to be installed. Other characters leave a gap.
 * @param left, top  of the first character's grid, pixels
 */
export function drawText(image: RgbaImage, text: string, left: number, top: number, style: TextStyle): void {
  const unit = style.size / 6;
  [...text].forEach((character, k) => {
    drawGlyph(image, GLYPHS[character] ?? '', left + k * ADVANCE * unit, top, unit, style.colour);
  });
}

function drawGlyph(
  image: RgbaImage,
  strokes: string,
  left: number,
  top: number,
  unit: number,
  colour: readonly [number, number, number],
): void {
  const segments = strokes
    .split('|')
    .flatMap((stroke) => toSegments(stroke.split(' ').map(Number)))
    .map(
      ([x0, y0, x1, y1]): Segment => [left + x0 * unit, top + y0 * unit, left + x1 * unit, top + y1 * unit],
    );
  drawLines(image, segments, { pen: Math.max(0.5, PEN * unit), colour });
}

function toSegments(points: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 3 < points.length; i += 2)
    segments.push([points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!]);
  return segments;
}
