/** Faults of a definition, by the path of their field. */

/** The fault at a field or below it: a text's faults stand at its languages. */
export function faultAt(faults: Readonly<Record<string, string>>, path: string): string | undefined {
  return faults[path] ?? Object.entries(faults).find(([field]) => field.startsWith(`${path}/`))?.[1];
}

/** Cyrillic of the five languages that are written so, for short names: not to be read back. */
const cyrillic = Object.fromEntries(
  'а=a б=b в=v г=g ғ=g д=d е=e ё=e ж=zh җ=j ҷ=j з=z и=i ӣ=i й=y к=k қ=q л=l м=m н=n ң=ng о=o ө=o п=p р=r с=s т=t у=u ү=u ұ=u ӯ=u ф=f х=kh ҳ=h һ=h ц=ts ч=ch ш=sh щ=shch ы=y і=i э=e ю=yu я=ya ә=a ъ= ь='.split(' ').map((pair) => pair.split('=')),
) as Record<string, string>;

/** A short name made of a title: "Kind of work" gives "kind-of-work", «Вид работы» gives "vid-raboty". */
export const shortName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/\p{Script=Cyrillic}/gu, (letter) => cyrillic[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
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
