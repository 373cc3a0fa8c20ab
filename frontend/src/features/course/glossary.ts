/** The glossary as the server gives it, and how a reader finds something in it. */
export interface Entry {
  key: string;
  courses: string[];
  terms: Record<string, string>;
  language: string;
  term: string;
  definition: string;
}

export interface Glossary {
  courses: { key: string; title: string }[];
  languages: string[];
  entries: Entry[];
}

/** Letters without case and marks, so that "obet" finds "obeť". The breve of й is part of a letter and stays. */
export const plain = (text: string): string =>
  text.normalize('NFD').replace(/(?<![иИуУ])\p{M}/gu, '').normalize('NFC').toLowerCase();

/** The entries of a course ("" for all) in which some term, in whichever language, holds what was typed. */
export function find(entries: Entry[], course: string, typed: string): Entry[] {
  const wanted = plain(typed.trim());
  return entries.filter((entry) => {
    if (course !== '' && !entry.courses.includes(course)) return false;
    return wanted === '' || [...Object.values(entry.terms), entry.term].some((term) => plain(term).includes(wanted));
  });
}

/** What the term is called in the other languages, in the order of the languages. */
export const equivalents = (entry: Entry, languages: string[]): [string, string][] =>
  languages.filter((each) => each !== entry.language && entry.terms[each]).map((each) => [each, entry.terms[each] ?? '']);
