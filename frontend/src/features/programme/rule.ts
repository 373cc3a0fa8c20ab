/** A rule between its JSON, as authors write it, and the tree that a form edits. */
import { isGroup } from './sentence.ts';
import { leafKinds, type GroupKind, type LeafKind } from './types.ts';

export interface Node {
  kind: LeafKind | GroupKind;
  of: Node[];
  count: string;
  component: string;
  least: string;
  months: string;
}

/** The word under which a leaf's number stands, and the number that is meant where none is written. */
const numbers: Partial<Record<LeafKind, { word: string; without: number }>> = {
  course: { word: 'min_percent', without: 0 },
  webinar: { word: 'share', without: 85 },
  quiz: { word: 'min_percent', without: 70 },
  day: { word: 'days', without: 1 },
};

export const hasNumber = (kind: string) => kind in numbers;
/** The word under which a group's parts stand. */
export const listOf = (kind: string) => (kind === 'at_least' ? 'of' : kind);

export const group = (kind: GroupKind = 'all', of: Node[] = []): Node => ({ kind, of, count: '1', component: '', least: '', months: '' });
export function leaf(kind: LeafKind, component: string): Node {
  const without = numbers[kind]?.without ?? 0;
  return { kind, of: [], count: '', component, least: without > 0 ? String(without) : '', months: '' };
}

type Written = Record<string, unknown>;

/** Reads a rule; nothing for one that is no rule. */
export function readRule(raw: unknown): Node | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const given = raw as Written;
  const text = (word: string) => (given[word] === undefined ? '' : String(given[word]));
  for (const kind of ['all', 'any', 'at_least'] as const) {
    if (!(kind in given)) continue;
    const parts = given[listOf(kind)];
    return { ...group(kind, (Array.isArray(parts) ? parts : []).flatMap((each) => readRule(each) ?? [])), count: text('at_least') };
  }
  for (const kind of leafKinds) {
    if (!(kind in given)) continue;
    const number = numbers[kind];
    const read = leaf(kind, text(kind));
    return { ...read, least: number && number.word in given ? text(number.word) : read.least, months: text('months') };
  }
  return undefined;
}

/** A number that the server can judge: what is no number goes as it was typed, and comes back as a fault. */
const typed = (text: string): unknown => (/^\d+$/.test(text.trim()) ? Number(text) : text.trim());

/** Writes a rule as its author would. */
export function writeRule(node: Node): Written {
  if (node.kind === 'at_least') return { at_least: typed(node.count), of: node.of.map(writeRule) };
  if (isGroup(node.kind)) return { [node.kind]: node.of.map(writeRule) };
  const number = numbers[node.kind];
  return {
    [node.kind]: node.component,
    ...(number && node.least.trim() && node.least.trim() !== String(number.without) ? { [number.word]: typed(node.least) } : {}),
    ...(node.kind === 'evidence' && node.months.trim() ? { months: typed(node.months) } : {}),
  };
}
