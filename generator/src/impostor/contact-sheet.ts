import { degrees } from '@turnaround/plugin/asset';
import type { CharacterView } from './character.ts';
import { CharacterError } from './errors.ts';
import type { RgbaImage } from './image.ts';
import { pictureGrid } from './picture-grid.ts';

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

/**
 * Characters in rows, their views in columns, on a neutral backdrop; degrees of yaw above, seeds on the left.
 * @throws CharacterError `views` where there is nothing to show, or pictures differ in size
 */
export function contactSheet(
  rows: readonly ContactSheetRow[],
  options: Partial<ContactSheetOptions> = {},
): RgbaImage {
  const { cell, calibrated } = { ...CONTACT_SHEET_DEFAULTS, ...options };
  const most = Math.max(0, ...rows.map(({ views }) => views.length));
  const longest = rows.find(({ views }) => views.length === most && most > 0);
  if (!longest) throw new CharacterError('views', 'contact sheet: expected at least one view, got none');
  return pictureGrid(
    rows.map(({ seed, views }) => ({ label: `#${seed}`, pictures: views.map(({ image }) => image) })),
    { cell, columns: longest.views.map(({ yaw }) => yawLabel(yaw, calibrated)) },
  );
}

/** `+30°`, `≈ -15°`. */
function yawLabel(yaw: number, calibrated: boolean): string {
  const rounded = Math.round(10 * degrees(yaw)) / 10 + 0;
  return `${calibrated ? '' : '≈ '}${rounded > 0 ? '+' : ''}${rounded}°`;
}
