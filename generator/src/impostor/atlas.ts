import { CharacterError } from './errors.ts';
import { extendColour } from './extend-colour.ts';
import { type RgbaImage, type RgbImage, toByte, toRgb } from './image.ts';

/** Where a view lies in an atlas: x, y, width, height in pixels; the origin is the upper left corner. */
export type Rectangle = readonly [number, number, number, number];

/** Views of a character side by side. */
export interface Atlas {
  /** Straight alpha; colours go on beyond the silhouettes, so that filtering and lossy coding mix in nothing else. */
  readonly image: RgbaImage;
  /** One a view, in the order given. */
  readonly rectangles: readonly Rectangle[];
}

export interface AtlasOptions {
  /**
   * Pixels around each view that repeat its border. Lossy WebP keeps colour at half the resolution, so without a gutter
   * the shoulders' last row takes colour from the hair below: 32 dB there instead of 43 (quality 90; 1 pixel 36, 8
   * pixels 45).
   */
  readonly gutter: number;
}

export const ATLAS_DEFAULTS: AtlasOptions = { gutter: 2 };

/** Largest side, in pixels: what nearly every GPU takes. */
export const ATLAS_LIMIT = 8192;

/**
 * Packs equal views into a grid that wastes little, in order, row by row.
 * @throws CharacterError `views` where they are none or of different sizes, `atlas-size` where they do not fit
 */
export function packAtlas(views: readonly RgbaImage[], options: Partial<AtlasOptions> = {}): Atlas {
  const { gutter } = { ...ATLAS_DEFAULTS, ...options };
  const [first] = views;
  if (!first) throw new CharacterError('views', 'atlas: expected at least one view, got none');
  for (const [k, { width, height }] of views.entries())
    if (width !== first.width || height !== first.height)
      throw new CharacterError(
        'views',
        `atlas: expected view ${k} ${first.width}×${first.height}, got ${width}×${height}`,
      );
  // Even cells: a pair of pixels that shares its colour never straddles two views.
  const cell = [evenUp(first.width + 2 * gutter), evenUp(first.height + 2 * gutter)] as const;
  const columns = chooseColumns(views.length, ...cell);
  const width = columns * cell[0];
  const height = Math.ceil(views.length / columns) * cell[1];
  if (Math.max(width, height) > ATLAS_LIMIT)
    throw new CharacterError(
      'atlas-size',
      `atlas: expected at most ${ATLAS_LIMIT}×${ATLAS_LIMIT} pixels, got ${width}×${height}; make fewer or smaller views`,
    );

  const image: RgbaImage = { width, height, data: new Uint8ClampedArray(4 * width * height) };
  const rectangles = views.map((view, k): Rectangle => {
    const x = (k % columns) * cell[0];
    const y = Math.floor(k / columns) * cell[1];
    copyCell(view, image, x, y, cell, gutter);
    return [x + gutter, y + gutter, view.width, view.height];
  });
  return { image, rectangles };
}

const evenUp = (pixels: number): number => 2 * Math.ceil(pixels / 2);

/** Times that an atlas may be as long as it is wide. */
const LONGEST = 4;

/**
 * Columns of the grid with the fewest empty cells, which cost memory as full ones do: 13 views lie in 2 × 7, not 4 × 4. Of
 * those, and where a long atlas would be too large, with the shortest longer side.
 */
function chooseColumns(count: number, width: number, height: number): number {
  const grids = Array.from({ length: count }, (_, k) => {
    const columns = k + 1;
    const rows = Math.ceil(count / columns);
    const [across, down] = [columns * width, rows * height];
    const side = Math.max(across, down);
    const allowed = side <= LONGEST * Math.min(across, down) && side <= ATLAS_LIMIT;
    return { columns, side, cells: allowed ? columns * rows : Number.POSITIVE_INFINITY };
  });
  return grids.reduce((best, grid) =>
    grid.cells < best.cells || (grid.cells === best.cells && grid.side < best.side) ? grid : best,
  ).columns;
}

/** Writes a view with its gutter: beyond its border the border's pixels go on. */
function copyCell(
  view: RgbaImage,
  atlas: RgbaImage,
  left: number,
  top: number,
  [cellWidth, cellHeight]: readonly [number, number],
  gutter: number,
): void {
  const colours = bleed(view);
  const size = view.width * view.height;
  for (let y = 0; y < cellHeight; y++)
    for (let x = 0; x < cellWidth; x++) {
      const from = within(y - gutter, view.height) * view.width + within(x - gutter, view.width);
      const to = 4 * ((top + y) * atlas.width + left + x);
      for (let c = 0; c < 3; c++) atlas.data[to + c] = toByte(colours.data[c * size + from]!);
      atlas.data[to + 3] = view.data[4 * from + 3]!;
    }
}

const within = (index: number, length: number): number => Math.min(length - 1, Math.max(0, index));

/** The view's colours, continued wherever it is wholly transparent. */
function bleed(view: RgbaImage): RgbImage {
  const known = new Float32Array(view.width * view.height);
  for (let i = 0; i < known.length; i++) known[i] = view.data[4 * i + 3]! > 0 ? 1 : 0;
  return extendColour(toRgb(view), known);
}
