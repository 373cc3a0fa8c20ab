/** The attendance by centre, and bars of when each was there. */
import type { Attendance, Floor, Presence, Span } from './types.ts';

export interface Group {
  /** The centre's id, "" for people by themselves. */
  id: string;
  name: string;
  heads: number;
  people: Presence[];
}

/** Centres in the order given, each with its people; those of no centre come last. A centre without anybody is left out. */
export function groups(report: Attendance, alone: string): Group[] {
  const by = new Map<string, Group>(report.centres.map((each) => [each.id, { id: each.id, name: each.name, heads: each.heads, people: [] }]));
  const rest: Group = { id: '', name: alone, heads: 0, people: [] };
  for (const person of report.people) (by.get(person.home ?? '') ?? rest).people.push(person);
  return [...by.values(), rest].filter((each) => each.people.length > 0 || each.heads > 0);
}

/** Stretches as parts of the floor, from 0 to 1: where each begins and how long it is. */
export function parts(spans: readonly Span[], floor: Floor): { at: number; length: number }[] {
  const from = Date.parse(floor.from);
  const all = Date.parse(floor.to) - from;
  if (!(all > 0)) return [];
  return spans
    .map((span) => [Math.max(0, (Date.parse(span.from) - from) / all), Math.min(1, (Date.parse(span.to) - from) / all)] as const)
    .filter(([begin, end]) => end > begin)
    .map(([begin, end]) => ({ at: begin, length: end - begin }));
}

/** A moment as the browser's own field for date and time takes it, in the reader's zone; an end is rounded up, so that the last minute is not lost. */
export function local(moment: string, end = false): string {
  const at = new Date(end ? Math.ceil(Date.parse(moment) / 60_000) * 60_000 : moment);
  if (Number.isNaN(at.getTime()) || at.getFullYear() < 2000) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
