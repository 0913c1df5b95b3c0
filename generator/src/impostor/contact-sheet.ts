import { degrees } from '@turnaround/plugin/asset';
import type { CharacterView } from './character.ts';
import { CharacterError } from './errors.ts';
import type { RgbaImage } from './image.ts';
import { drawText, textWidth } from './stroke-font.ts';

/** One character's row. */
export interface ContactSheetRow {
  readonly seed: number;
  /** In the order of the columns; pictures of one size throughout the sheet. */
  readonly views: readonly CharacterView[];
}

export interface ContactSheetOptions {
  /** Largest side of a picture on the sheet, pixels; larger ones are shrunk by a whole number. */
  readonly cell: number;
  /** False: the degrees are estimates, and `≈` stands before them. */
  readonly calibrated: boolean;
}

export const CONTACT_SHEET_DEFAULTS: ContactSheetOptions = { cell: 256, calibrated: true };

type Colour = readonly [number, number, number];

/** Mid-greys with a little blue: black hair, white hair and skin all stand out from them. */
const PAGE: Colour = [236, 238, 241];
const TILE_TOP: Colour = [216, 220, 226];
const TILE_BOTTOM: Colour = [172, 179, 190];
const INK: Colour = [74, 80, 92];

/**
 * Characters in rows, their views in columns, on a neutral backdrop; degrees of yaw above, seeds on the left.
 * @throws CharacterError `views` where there is nothing to show, or pictures differ in size
 */
export function contactSheet(
  rows: readonly ContactSheetRow[],
  options: Partial<ContactSheetOptions> = {},
): RgbaImage {
  const { cell, calibrated } = { ...CONTACT_SHEET_DEFAULTS, ...options };
  const first = rows[0]?.views[0]?.image;
  if (!first) throw new CharacterError('views', 'contact sheet: expected at least one view, got none');
  for (const { seed, views } of rows)
    for (const { image } of views)
      if (image.width !== first.width || image.height !== first.height)
        throw new CharacterError(
          'views',
          `contact sheet: expected views of ${first.width}×${first.height}, got ${image.width}×${image.height} of seed ${seed}`,
        );

  const factor = Math.ceil(Math.max(first.width, first.height) / cell);
  const [width, height] = [Math.floor(first.width / factor), Math.floor(first.height / factor)];
  const gap = Math.max(6, Math.round(width / 14));
  const size = Math.min(18, Math.max(9, Math.round(width / 11)));
  const labels = rows.map(({ seed }) => `#${seed}`);
  const left = 2 * gap + Math.ceil(Math.max(...labels.map((label) => textWidth(label, size)))) + 2 * gap;
  const top = 2 * gap + size + Math.round(1.5 * gap);
  const columns = Math.max(...rows.map(({ views }) => views.length));
  const sheet = blank(
    left + columns * (width + gap) - gap + 2 * gap,
    top + rows.length * (height + gap) - gap + 2 * gap,
  );

  const style = { size, colour: INK };
  const longest = rows.find(({ views }) => views.length === columns)!;
  longest.views.forEach(({ yaw }, k) => {
    const label = yawLabel(yaw, calibrated);
    const middle = left + k * (width + gap) + width / 2;
    drawText(sheet, label, Math.round(middle - textWidth(label, size) / 2), 2 * gap, style);
  });
  rows.forEach(({ views }, row) => {
    const y = top + row * (height + gap);
    const end = left - 2 * gap;
    drawText(
      sheet,
      labels[row]!,
      Math.round(end - textWidth(labels[row]!, size)),
      y + Math.round((height - size) / 2),
      style,
    );
    views.forEach(({ image }, k) => {
      drawTile(sheet, shrink(image, factor), left + k * (width + gap), y, Math.round(width / 24));
    });
  });
  return sheet;
}

/** `+30°`, `≈-15°`. */
function yawLabel(yaw: number, calibrated: boolean): string {
  const rounded = Math.round(10 * degrees(yaw)) / 10 + 0;
  return `${calibrated ? '' : '≈ '}${rounded > 0 ? '+' : ''}${rounded}°`;
}

function blank(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let o = 0; o < data.length; o += 4) data.set([...PAGE, 255], o);
  return { width, height, data };
}

/** A picture over its tile, which shades downwards and has round corners of the given radius. */
function drawTile(sheet: RgbaImage, image: RgbaImage, left: number, top: number, radius: number): void {
  const { width, height, data } = image;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const tile = cornerCoverage(x, y, width, height, radius);
      const o = 4 * (y * width + x);
      const to = 4 * ((top + y) * sheet.width + left + x);
      const alpha = data[o + 3]! / 255;
      for (let c = 0; c < 3; c++) {
        const shade = TILE_TOP[c]! + ((TILE_BOTTOM[c]! - TILE_TOP[c]!) * y) / height;
        const colour = alpha * data[o + c]! + (1 - alpha) * shade;
        sheet.data[to + c] = tile * colour + (1 - tile) * PAGE[c]!;
      }
    }
}

/** Share of a pixel that lies in a rectangle with round corners. */
function cornerCoverage(x: number, y: number, width: number, height: number, radius: number): number {
  const beyond = (position: number, length: number): number =>
    Math.max(0, radius - position - 0.5, position + 0.5 - (length - radius));
  return Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(beyond(x, width), beyond(y, height))));
}

/** Means of factor × factor pixels, weighted by alpha. */
function shrink(image: RgbaImage, factor: number): RgbaImage {
  if (factor === 1) return image;
  const [width, height] = [Math.floor(image.width / factor), Math.floor(image.height / factor)];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sums = [0, 0, 0, 0];
      for (let dy = 0; dy < factor; dy++)
        for (let dx = 0; dx < factor; dx++) {
          const o = 4 * ((y * factor + dy) * image.width + x * factor + dx);
          const alpha = image.data[o + 3]!;
          for (let c = 0; c < 3; c++) sums[c]! += alpha * image.data[o + c]!;
          sums[3]! += alpha;
        }
      const o = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) data[o + c] = sums[3] === 0 ? 0 : sums[c]! / sums[3]!;
      data[o + 3] = sums[3]! / factor ** 2;
    }
  return { width, height, data };
}
