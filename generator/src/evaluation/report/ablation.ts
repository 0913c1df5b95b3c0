import { EvaluationError } from '../errors.ts';

/** What each part of a model's training is worth: a row a variant, a column a figure, as a CSV file holds them. */
export interface AblationTable {
  /** Columns of numbers that differ between rows. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Columns that say the same in all rows: what the variants have in common. */
  readonly common: Readonly<Record<string, string>>;
}

const NAME = 'row';

/**
 * Reads an ablation: a first line with the columns' names, one of them `row`, then a line a variant; no quotes.
 * @param file for errors
 * @throws EvaluationError where a line has another number of cells, or there is no variant
 */
export function parseAblation(text: string, file: string): AblationTable {
  const [header = [], ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const at = header.indexOf(NAME);
  if (at < 0 || lines.length === 0)
    throw new EvaluationError(
      `${file}: expected a CSV with a column ${NAME} and a line a variant, got ${lines.length} lines below “${header.join()}”`,
    );
  for (const [k, cells] of lines.entries())
    if (cells.length !== header.length)
      throw new EvaluationError(
        `${file}, line ${k + 2}: expected ${header.length} cells, got ${cells.length}`,
      );
  const columnOf = (c: number): string[] => lines.map((cells) => cells[c]!);
  const places = header.map((_, c) => c).filter((c) => c !== at);
  // A column that some variants leave empty is common to those that have it.
  const filled = (c: number): string[] => [...new Set(columnOf(c).filter((cell) => cell !== ''))];
  const isCommon = (c: number): boolean => lines.length > 1 && filled(c).length === 1;
  const isNumeric = (c: number): boolean => filled(c).every((cell) => Number.isFinite(Number(cell)));
  const shown = places.filter((c) => filled(c).length > 0 && !isCommon(c) && isNumeric(c));
  return {
    columns: shown.map((c) => header[c]!),
    rows: lines.map((cells) => ({
      name: cells[at]!,
      values: shown.map((c) => (cells[c] === '' ? null : Number(cells[c]))),
    })),
    common: Object.fromEntries(places.filter(isCommon).map((c) => [header[c]!, filled(c)[0]!])),
  };
}
