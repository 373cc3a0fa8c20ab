/** The shape of a catalogue, and filling a text with its values. Pure: the state is in text.svelte.ts. */
import { category, type Category } from './plural.ts';
import { formatNumber } from './number.ts';
import type { Lang } from './lang.ts';

/** Forms of a text by plural category; the number stands in the parameter `n`. */
export type Plural = Partial<Record<Category, string>> & { readonly other: string };
export type Message = string | Plural;
export type Catalog = Readonly<Record<string, Message>>;

/** The catalogue of another language: the keys of the English one, a plural where it has a plural. */
export type Translated<T extends Catalog> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends string ? Names<M> : M extends { readonly other: infer O } ? Names<O> | 'n' : never;

/** The parameters of a text: none, or an object with exactly the names that stand in its braces. */
export type Params<M> = [NamesOf<M>] extends [never]
  ? []
  : [values: { [K in NamesOf<M>]: K extends 'n' ? number : string | number }];

/** Fills `{name}` with its value; numbers are written as the language writes them. */
export function fill(lang: Lang, message: Message, values: Record<string, string | number> = {}): string {
  const text = typeof message === 'string' ? message : form(lang, message, Number(values['n']));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? formatNumber(lang, value) : value;
  });
}

function form(lang: Lang, plural: Plural, n: number): string {
  return plural[category(lang, n)] ?? plural.other;
}

/** The names in the braces of a text, sorted: what a translation must keep. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort();
}
