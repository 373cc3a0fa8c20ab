/** The string of one character an activity that the report gives for each person: what each says, in words and as a drawing. */
import type { PlainKey } from '../../lib/text/text.svelte.ts';

interface Mark {
  sign: string;
  label: PlainKey;
  /** How it is coloured; the drawing differs too. */
  tone: 'quiet' | 'act' | 'good' | 'care' | 'fault';
  /** A path in a square of 12 units. */
  path: string;
  filled: boolean;
}

/** From nothing done to done, in the order of the legend. */
export const marks: readonly Mark[] = [
  { sign: '.', label: 'done.none', tone: 'quiet', path: 'M4.500 6h3', filled: false },
  { sign: 's', label: 'done.seen', tone: 'act', path: 'M6 2.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z', filled: false },
  { sign: 'p', label: 'done.trying', tone: 'act', path: 'M6 2.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM6 2.500v7M7.500 3v6', filled: false },
  { sign: 'h', label: 'done.handed', tone: 'act', path: 'M6 10V2.500M3 5.500l3-3 3 3', filled: false },
  { sign: 'm', label: 'done.waiting', tone: 'care', path: 'M6 1.500L10.500 6 6 10.500 1.500 6z', filled: true },
  { sign: 'f', label: 'done.failed', tone: 'fault', path: 'M2.500 2.500l7 7M9.500 2.500l-7 7', filled: false },
  { sign: 'x', label: 'done.done', tone: 'good', path: 'M2 2h8v8H2z', filled: true },
];

const bySign = new Map(marks.map((mark) => [mark.sign, mark]));
const untouched = marks[0] as Mark;

/** One mark an activity; what the string is too short for, or what nobody knows, is "not opened". */
export function marksOf(done: string, activities: number): Mark[] {
  return Array.from({ length: activities }, (_, i) => bySign.get(done[i] ?? '.') ?? untouched);
}

export function countDone(done: string): number {
  return [...done].filter((sign) => sign === 'x').length;
}

/** Whether the activity with an index counts as attended. */
export function attended(done: string, index: number): boolean {
  return done[index] === 'x';
}

/** How many marks stand in a line, so that a strip has lines of about the same length and at most `most`. */
export function perLine(total: number, most: number): number {
  const lines = Math.max(1, Math.ceil(total / most));
  return Math.max(1, Math.ceil(total / lines));
}
