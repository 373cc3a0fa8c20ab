/** The code of a check-in, of a site at a webinar or of an in-person day. Pure, so that it can be tested. */

/** What a screen shows this minute, for whoever stands before it to check in; qr has a row of 0 and 1 for each line of squares. */
export interface Shown {
  code: string;
  word: string;
  until: number;
  qr?: string[];
}

/** Six digits in two groups. */
export const spaced = (code: string): string => code.replace(/(\d{3})(?=\d)/, '$1 ');

/** The dark squares as one path, with four empty ones around them; runs are joined. */
export function outline(rows: readonly string[]): string {
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (const run of row.matchAll(/1+/g)) path += `M${run.index + 4} ${y + 4}h${run[0].length}v1h-${run[0].length}z`;
  }
  return path;
}
