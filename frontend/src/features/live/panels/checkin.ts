/** What a console shows of check-in and of a roster. Pure, so that it can be tested. */
import type { RosterEntry, RosterState } from '../../../lib/call/items.ts';

export interface Listed extends RosterEntry {
  key: string;
}

export const isHere = (state: RosterState): boolean => state === 'here' || state === 'late';

/** The entries of a site in the order of their names: nobody jumps when they are ticked. */
export function rosterOf(roster: ReadonlyMap<string, RosterEntry>, site: string, compare: (a: string, b: string) => number): Listed[] {
  return [...roster].filter(([, each]) => each.site === site).map(([key, each]) => ({ key, ...each })).sort((a, b) => compare(a.name, b.name) || (a.key < b.key ? -1 : 1));
}

/** How many stand in each state. */
export function counts(list: readonly RosterEntry[]): Record<RosterState, number> {
  const sum: Record<RosterState, number> = { expected: 0, here: 0, late: 0, left: 0 };
  for (const each of list) sum[each.state]++;
  return sum;
}

const fold = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е').normalize('NFD').replace(/\p{M}/gu, '');

/** Whose name has every word that was typed at the beginning of one of its own. */
export function matches(name: string, typed: string): boolean {
  const words = fold(name).split(/\s+/);
  return fold(typed).split(/\s+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
}

/** Whether the very name is on the list, in whatever order. */
export function listed(list: readonly RosterEntry[], typed: string): boolean {
  const sorted = (text: string) => fold(text).split(/\s+/).filter(Boolean).sort().join(' ');
  return list.some((each) => sorted(each.name) === sorted(typed));
}

/** Who came last by themselves, the newest first. */
export function latest(list: readonly Listed[], most: number): string[] {
  return list.filter((each) => isHere(each.state)).sort((a, b) => (b.at ?? 0) - (a.at ?? 0)).slice(0, most).map((each) => each.name);
}
