/** The order of names in the reader's language. Apart from the words, for tables of the staff alone sort. */
import { compare } from './collate.ts';
import { lang } from './text.svelte.ts';

export const sorted = (a: string, b: string) => compare(lang(), a, b);
