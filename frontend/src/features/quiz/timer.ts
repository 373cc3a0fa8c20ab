/** The server's clock on a device whose own may be wrong. Pure: the caller says what time it is. */

/** Milliseconds by which the server is ahead of the device. */
export function offsetOf(serverNow: string, now: number): number {
  const server = Date.parse(serverNow);
  return Number.isNaN(server) ? 0 : server - now;
}

/**
 * A kept copy of an answer carries the server's time of when it was written, and would give time that is
 * gone. Of what was known before and what has come, the later clock is therefore nearer the truth.
 */
export function laterOffset(before: number | undefined, fresh: number): number {
  return before === undefined ? fresh : Math.max(before, fresh);
}

/** Whole seconds left, rounded up, so that 0 means that the time is over; undefined without a deadline. */
export function secondsLeft(deadline: string | null | undefined, offset: number, now: number): number | undefined {
  if (!deadline) return undefined;
  return Math.max(0, Math.ceil((Date.parse(deadline) - (now + offset)) / 1000));
}

/** "4:07" or "1:04:07": figures that every language reads alike. */
export function clock(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The minutes to read out when the time runs from `before` down to `now`: 5 and 1, each once. */
export function announces(before: number | undefined, now: number): 5 | 1 | undefined {
  if (before === undefined || now === 0) return undefined;
  if (before > 60 && now <= 60) return 1;
  return before > 300 && now <= 300 ? 5 : undefined;
}
