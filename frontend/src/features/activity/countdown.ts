/** How long until an event, in the largest unit that says enough. */
export interface Countdown {
  state: 'days' | 'hours' | 'minutes' | 'now' | 'over';
  n: number;
  /** Whether one may enter: a room opens an hour before its time, and stays open some hours for what runs over. */
  open: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
const early = hour;
const late = 4 * hour;
/** What an event without an end lasts. */
const usual = hour;

export function countdown(starts: string, ends: string | undefined, now: number): Countdown {
  const from = Date.parse(starts);
  const to = ends ? Date.parse(ends) : from + usual;
  const open = now > from - early && now < to + late;
  const left = from - now;
  if (now >= to) return { state: 'over', n: 0, open };
  if (left <= 0) return { state: 'now', n: 0, open };
  if (left < 90 * minute) return { state: 'minutes', n: Math.ceil(left / minute), open };
  if (left < 48 * hour) return { state: 'hours', n: Math.round(left / hour), open };
  return { state: 'days', n: Math.round(left / (24 * hour)), open };
}
