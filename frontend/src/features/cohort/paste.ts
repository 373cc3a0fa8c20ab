/** A pasted list of logins or e-mails: read, and found one after the other. */
import type { PersonRow } from '../../lib/api/staff.ts';

/** More at a time would keep the server and the person waiting. */
export const pasteMost = 200;

/** The entries of a pasted text, without blanks and repeats, in their order. */
export function readPaste(text: string): string[] {
  const seen = new Set<string>();
  return text.split(/[\s,;]+/).filter((entry) => {
    const key = entry.toLowerCase();
    if (!entry || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The one person whose login or e-mail is exactly the entry; a likeness is not enough to enrol somebody. */
export function matchOf(entry: string, people: readonly PersonRow[]): PersonRow | undefined {
  const key = entry.toLowerCase();
  return people.find((person) => person.login?.toLowerCase() === key || person.email?.toLowerCase() === key);
}

export interface Looked {
  found: PersonRow[];
  missing: string[];
}

/** Looks every entry up. `step` hears how many are done, for the wait is shown; a failure ends the search. */
export async function lookUp(entries: readonly string[], find: (q: string) => Promise<{ items: PersonRow[] }>, step: (done: number) => void): Promise<Looked> {
  const looked: Looked = { found: [], missing: [] };
  for (const [i, entry] of entries.entries()) {
    const person = matchOf(entry, (await find(entry)).items);
    if (!person) looked.missing.push(entry);
    else if (!looked.found.some((each) => each.id === person.id)) looked.found.push(person);
    step(i + 1);
  }
  return looked;
}
