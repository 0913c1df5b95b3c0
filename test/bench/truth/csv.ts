import { readFileSync } from 'node:fs';
import { TruthError } from './errors.ts';

/**
 * Rows of a comma-separated file with a header, without quotes: the portraits' tables.
 *
 * @param columns  names that must be there
 * @throws TruthError `data` where the file or a column is missing
 */
export function readTable<Column extends string>(
  path: string,
  columns: readonly Column[],
): Record<Column, string>[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new TruthError('data', `data: expected ${path}, found none`);
  }
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split(',');
  const places = columns.map((column) => {
    const place = names.indexOf(column);
    if (place < 0) throw new TruthError('data', `${path}: expected a column ${column}, got ${header}`);
    return place;
  });
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, k) => [column, cells[places[k]!] ?? ''])) as Record<
      Column,
      string
    >;
  });
}

/** A cell as a number. */
export function cellNumber(path: string, column: string, cell: string): number {
  const value = Number(cell);
  if (cell === '' || !Number.isFinite(value))
    throw new TruthError('data', `${path}: expected numbers in ${column}, got "${cell}"`);
  return value;
}
