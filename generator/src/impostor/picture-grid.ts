import { CharacterError } from './errors.ts';
import type { RgbaImage } from './image.ts';
import { drawText, textWidth } from './stroke-font.ts';

/** A row of pictures with what stands on its left. */
export interface PictureRow {
  readonly label: string;
  readonly pictures: readonly RgbaImage[];
}

export interface PictureGridOptions {
  /** Largest side of a picture, pixels; larger ones are shrunk by a whole number. */
  readonly cell: number;
  /** What stands above the columns. */
  readonly columns: readonly string[];
}

type Colour = readonly [number, number, number];

/** Mid-greys with a little blue: black hair, white hair and skin all stand out from them. */
const PAGE: Colour = [236, 238, 241];
const TILE_TOP: Colour = [216, 220, 226];
const TILE_BOTTOM: Colour = [172, 179, 190];
const INK: Colour = [74, 80, 92];

/**
 * Labelled rows of pictures of one size, on a neutral backdrop.
 * @throws CharacterError `views` where there is no picture, or pictures differ in size
 */
export function pictureGrid(
  rows: readonly PictureRow[],
  { cell, columns: headings }: PictureGridOptions,
): RgbaImage {
  const first = rows[0]?.pictures[0];
  if (!first) throw new CharacterError('views', 'contact sheet: expected at least one view, got none');
  for (const { label, pictures } of rows)
    for (const picture of pictures)
      if (picture.width !== first.width || picture.height !== first.height)
        throw new CharacterError(
          'views',
          `contact sheet: expected views of ${first.width}×${first.height}, got ${picture.width}×${picture.height} in row ${label}`,
        );

  const factor = Math.ceil(Math.max(first.width, first.height) / cell);
  const [width, height] = [Math.floor(first.width / factor), Math.floor(first.height / factor)];
  const gap = Math.max(6, Math.round(width / 14));
  const size = Math.min(18, Math.max(9, Math.round(width / 11)));
  const left = 2 * gap + Math.ceil(Math.max(...rows.map(({ label }) => textWidth(label, size)))) + 2 * gap;
  const top = 2 * gap + size + Math.round(1.5 * gap);
  const columns = Math.max(headings.length, ...rows.map(({ pictures }) => pictures.length));
  const sheet = blank(
    left + columns * (width + gap) - gap + 2 * gap,
    top + rows.length * (height + gap) - gap + 2 * gap,
  );

  const style = { size, colour: INK };
  headings.forEach((heading, k) => {
    const middle = left + k * (width + gap) + width / 2;
    drawText(sheet, heading, Math.round(middle - textWidth(heading, size) / 2), 2 * gap, style);
  });
  rows.forEach(({ label, pictures }, row) => {
    const y = top + row * (height + gap);
    const end = left - 2 * gap;
    drawText(
      sheet,
      label,
      Math.round(end - textWidth(label, size)),
      y + Math.round((height - size) / 2),
      style,
    );
    pictures.forEach((picture, k) => {
      drawTile(sheet, shrink(picture, factor), left + k * (width + gap), y, Math.round(width / 24));
    });
  });
  return sheet;
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
