/** Faults of a definition, by the path of their field. */

/** The fault at a field or below it: a text's faults stand at its languages. */
export function faultAt(faults: Readonly<Record<string, string>>, path: string): string | undefined {
  return faults[path] ?? Object.entries(faults).find(([field]) => field.startsWith(`${path}/`))?.[1];
}

/** A short name made of a title, as far as its letters are Latin: "Kind of work" gives "kind-of-work". */
export const shortName = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);

/** The short name of a title, or else the word with a number, such that no other has it. */
export function freeName(title: string, word: string, taken: readonly string[]): string {
  const wish = shortName(title);
  if (wish && !taken.includes(wish)) return wish;
  let n = 1;
  while (taken.includes(`${wish || word}-${n}`)) n++;
  return `${wish || word}-${n}`;
}
