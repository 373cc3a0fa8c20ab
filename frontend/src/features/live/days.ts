/** Webinars by the day on which they begin, where the reader is. */
import { partsIn } from '../../lib/text/date.ts';

/** A day's name for comparing, such as "2026-11-21". */
export function dayOf(moment: number, zone?: string): string {
  const { year, month, day } = partsIn(new Date(moment), zone);
  return [year, month, day].map((n) => String(n).padStart(2, '0')).join('-');
}

export interface Day<T> {
  day: string;
  /** The first beginning of the day. */
  at: string;
  items: T[];
}

/** Groups what comes in order of its beginning. */
export function days<T extends { starts_at: string }>(list: readonly T[], zone?: string): Day<T>[] {
  const found: Day<T>[] = [];
  for (const each of list) {
    const day = dayOf(Date.parse(each.starts_at), zone);
    const last = found.at(-1);
    if (last?.day === day) last.items.push(each);
    else found.push({ day, at: each.starts_at, items: [each] });
  }
  return found;
}
