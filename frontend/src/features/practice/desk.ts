/** What somebody makes of a case file until it is handed in. Pure, so that it can be kept and tried alone. */
import type { Element } from '../../lib/attempt/types.ts';
import type { PlainKey } from '../../lib/text/text.svelte.ts';
import type { DeskFile, PaperKind, Weight } from './types.ts';

export interface Work {
  /** The hand-in's id: one that is sent twice is the same hand-in. */
  id: string;
  sorted: Record<string, Element>;
  weighed: Record<string, Weight>;
  conclusion: string;
}

export const elementWords: Record<Element, PlainKey> = { act: 'desk.act', means: 'desk.means', purpose: 'desk.purpose', none: 'desk.none' };
export const weightWords: Record<Weight, PlainKey> = { none: 'desk.weight.none', weak: 'desk.weight.weak', strong: 'desk.weight.strong' };
export const kindWords: Record<PaperKind, PlainKey> = {
  contract: 'desk.kind.contract',
  payslip: 'desk.kind.payslip',
  chat: 'desk.kind.chat',
  note: 'desk.kind.note',
  statement: 'desk.kind.statement',
  letter: 'desk.kind.letter',
  'photo-description': 'desk.kind.photo-description',
};

/** Reads a draft; what the file no longer has (a newer version of the course) is left out. */
export function restored(file: DeskFile, draft: Record<string, unknown>, fresh: string): Work {
  const facts = new Set(file.facts.map((each) => each.key));
  const indicators = new Set(file.indicators.map((each) => each.key));
  const conclusion = typeof draft['conclusion'] === 'string' ? draft['conclusion'] : '';
  return {
    id: typeof draft['id'] === 'string' ? draft['id'] : fresh,
    sorted: kept(draft['sorted'], facts, file.elements),
    weighed: kept(draft['weighed'], indicators, file.weights),
    conclusion: file.conclusions.some((each) => each.key === conclusion) ? conclusion : '',
  };
}

function kept<V extends string>(from: unknown, keys: Set<string>, values: readonly V[]): Record<string, V> {
  const pairs = typeof from === 'object' && from !== null ? Object.entries(from as Record<string, unknown>) : [];
  return Object.fromEntries(pairs.filter(([key, value]) => keys.has(key) && values.includes(value as V))) as Record<string, V>;
}

export interface Open {
  facts: number;
  indicators: number;
  conclusion: boolean;
}

/** What is still open. */
export function openIn(file: DeskFile, work: Work): Open {
  return {
    facts: file.facts.filter((each) => !work.sorted[each.key]).length,
    indicators: file.indicators.filter((each) => !work.weighed[each.key]).length,
    conclusion: work.conclusion === '',
  };
}

/** How many of some facts are sorted. */
export const sortedOf = (work: Work, facts: readonly string[] | null) => (facts ?? []).filter((key) => work.sorted[key]).length;
