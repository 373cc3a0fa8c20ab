/** Answers as the server reads them: made, changed and judged empty without a browser. */
import type { Content, Prompt } from '../../lib/attempt/types.ts';

/** Whether nothing was answered; the server's rule (courses/quiz, IsEmpty). */
export function isEmpty(content: Content | null | undefined): boolean {
  if (!content) return true;
  const { choice, choices, value, pairs, order, groups, number, text, gaps } = content;
  if (gaps && Object.values(gaps).some((word) => word.trim() !== '')) return false;
  const some = (map?: Record<string, string>) => map !== undefined && Object.keys(map).length > 0;
  return !choice && !choices?.length && value === undefined && !some(pairs) && !order?.length && !some(groups) && !number && !text?.trim();
}

/** What is sent: null takes an answer back. */
export function encode(content: Content): Content | null {
  return isEmpty(content) ? null : content;
}

/** Ticks or unticks one of several; the order is that of the question, whatever was ticked first. */
export function toggle(prompt: Prompt, content: Content | null, key: string, on: boolean): Content {
  const chosen = new Set(content?.choices ?? []);
  if (on) chosen.add(key);
  else chosen.delete(key);
  return { choices: (prompt.options ?? []).map((option) => option.key).filter((each) => chosen.has(each)) };
}

/** Puts `to` under `from` in one of the maps of an answer; an empty `to` takes it out. */
export function assign(field: 'pairs' | 'groups' | 'gaps', content: Content | null, from: string, to: string): Content {
  const others = Object.entries(content?.[field] ?? {}).filter(([key]) => key !== from);
  return { [field]: Object.fromEntries(to === '' ? others : [...others, [from, to]]) };
}

/**
 * Reads a number as the server does: digits with a point or a comma, spaces between groups. Gives what to
 * send, an empty text for nothing, and undefined for what is no number.
 */
export function readNumber(typed: string): string | undefined {
  const plain = typed.replace(/[\s\u00a0\u202f]/g, '').replace('\u2212', '-').replace(',', '.');
  if (plain === '') return '';
  return plain.length <= 40 && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? plain : undefined;
}

/** The items of an ordering as they stand now: as answered, and what is new or was left out behind. */
export function standing(prompt: Prompt, content: Content | null): string[] {
  const keys = (prompt.items ?? []).map((item) => item.key);
  const answered = (content?.order ?? []).filter((key) => keys.includes(key));
  return [...answered, ...keys.filter((key) => !answered.includes(key))];
}

/** Moves the item at `from` to the place `to`; places outside the list are its ends. */
export function move(order: readonly string[], from: number, to: number): string[] {
  const next = [...order];
  const [item] = next.splice(from, 1);
  if (item === undefined) return next;
  next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  return next;
}
