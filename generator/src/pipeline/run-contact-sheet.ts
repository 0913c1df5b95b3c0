import { type CharacterView, type ContactSheetRow, contactSheet, readCharacter } from '../impostor/index.ts';
import { cropView } from './crop-view.ts';
import type { Platform } from './platform.ts';
import type { ManifestRow } from './run-manifest.ts';

/** Characters on one sheet: 50 rows of 128² stay under 7,000 pixels. */
const ROWS = 50;
/** Views of each character that are shown: more make the pictures small on a screen. */
const COLUMNS = 7;

/**
 * Writes `contact-sheet.png`, and `contact-sheet-2.png` and so on where there are more than 50 characters, from the
 * characters' own files. Sheets that stand there are kept unless a character is new.
 */
export async function writeContactSheets(
  { files, images }: Platform,
  folder: string,
  characters: readonly ManifestRow[],
  changed: boolean,
): Promise<void> {
  for (let first = 0, page = 1; first < characters.length; first += ROWS, page++) {
    const path = `${folder}/contact-sheet${page === 1 ? '' : `-${page}`}.png`;
    if (!changed && (await files.exists(path))) continue;
    const rows: ContactSheetRow[] = [];
    let calibrated = true;
    for (const { seed, file } of characters.slice(first, first + ROWS)) {
      const character = await readCharacter(await files.read(`${folder}/${file}`));
      const atlas = await images.decode(character.atlas.bytes);
      calibrated &&= character.extension.calibrated;
      rows.push({ seed, views: shown(character.extension.views.map((view) => cropView(atlas, view))) });
    }
    await files.write(path, await images.encodePng(contactSheet(rows, { calibrated })));
  }
}

/** Evenly chosen, with both ends and the middle. */
function shown(views: readonly CharacterView[]): CharacterView[] {
  const count = Math.min(COLUMNS, views.length);
  return Array.from(
    { length: count },
    (_, k) => views[Math.round((k * (views.length - 1)) / Math.max(1, count - 1))]!,
  );
}
