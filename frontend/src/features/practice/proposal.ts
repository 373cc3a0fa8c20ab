/** The one proposal of a table: what one has typed oneself beside what is at the table. Pure. */
import type { Proposal, ProposalItem, Value } from './types.ts';

export const same = (a: Value | undefined, b: Value | undefined) => (a?.text ?? '') === (b?.text ?? '') && [...(a?.chosen ?? [])].sort().join() === [...(b?.chosen ?? [])].sort().join();

/** The proposal as one sees it: one's own changes over what is at the table. */
export const seen = (mine: Proposal, there: Proposal): Proposal => ({ ...there, ...mine });

/** One's changes without those that the table has by now. */
export const differing = (mine: Proposal, there: Proposal): Proposal => Object.fromEntries(Object.entries(mine).filter(([key, value]) => !same(value, there[key])));

/** Items that one has changed and that somebody else has changed otherwise, since `before`. */
export const contested = (mine: Proposal, before: Proposal, there: Proposal): string[] =>
  Object.keys(mine).filter((key) => !same(before[key], there[key]) && !same(mine[key], there[key]));

/** A value in words. */
export function inWords(item: ProposalItem, value: Value | undefined): string {
  if (item.kind === 'text') return value?.text ?? '';
  return (item.options ?? []).filter((each) => value?.chosen?.includes(each.key)).map((each) => each.text).join('; ');
}

/** Chooses an option: the only one, or one of several, which a second press takes back. */
export function chosen(item: ProposalItem, value: Value | undefined, key: string): Value {
  if (item.kind === 'choice') return { chosen: [key] };
  const had = value?.chosen ?? [];
  return { chosen: had.includes(key) ? had.filter((each) => each !== key) : [...had, key] };
}
