/** Numbers as people write them, and the sums of a table. Pure. */

/** Reads "7,5" and "1 200"; undefined for what is no number. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(/[\s  ]/g, '').replace(',', '.');
  if (!/^-?(\d+(\.\d*)?|\.\d+)$/.test(plain)) return undefined;
  const n = Number(plain);
  return Math.abs(n) <= 1e9 ? n : undefined;
}

/** What stands in a field for a value that is kept: a number, or the letters that are none. */
export const written = (value: unknown, decimal: string): string => (typeof value === 'number' ? String(value).replace('.', decimal) : typeof value === 'string' ? value : '');

/** What is kept of what was typed: the number, nothing, or the letters, which are told to be none. */
export const keptNumber = (text: string): number | string | null => (text.trim() === '' ? null : (parseNumber(text) ?? text));

export type Row = Record<string, unknown>;

export const isEmpty = (row: Row) => Object.values(row).every((value) => value === null || value === undefined || value === '');

/** The rows of a table's value; what is none is no row. */
export const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter((row): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row)) : []);

/** Adds up the numbers of a column, to two decimals: tenths of hours shall not show what floating point makes of them. */
export const total = (rows: readonly Row[], column: string): number => Math.round(100 * rows.reduce((sum, row) => sum + (typeof row[column] === 'number' ? row[column] : 0), 0)) / 100;
