/** Beginning an attempt and reading it, so that a phone without a network can still open what it began. */
import { get, request } from '../api/request.ts';
import { Unreachable } from '../api/problem.ts';
import type { Attempt } from './types.ts';

const path = (id: string) => `/api/v1/attempts/${encodeURIComponent(id)}`;

/** What was read or begun in this visit: serves the page that opens next, and a reader whose line is gone. */
const known = new Map<string, Attempt>();
let begun: string | undefined;

/** Begins an attempt under an id made on the device; the same id again gives the same attempt. */
export async function beginAttempt(enrolment: string, activity: string, id: string, more: { role?: string | undefined; language?: string } = {}): Promise<Attempt> {
  const url = `/api/v1/enrolments/${encodeURIComponent(enrolment)}/activities/${encodeURIComponent(activity)}/attempts`;
  const attempt = await request<Attempt>('POST', url, { id, ...more });
  known.set(attempt.id, attempt);
  begun = attempt.id;
  return attempt;
}

/** Reads an attempt for its page. The answers in it may be older than what the device holds. */
export async function openAttempt(id: string, signal?: AbortSignal): Promise<Attempt> {
  const fresh = known.get(id);
  if (begun === id && fresh) {
    begun = undefined;
    // Kept for opening again without a network; nobody waits for it.
    void get<Attempt>(path(id), { keep: true }).catch(() => undefined);
    return fresh;
  }
  try {
    const attempt = await get<Attempt>(path(id), { keep: true, ...(signal ? { signal } : {}) });
    known.set(id, attempt);
    return attempt;
  } catch (failure) {
    // Another language was asked for and the line is gone: the words of before serve better than none.
    if (failure instanceof Unreachable && fresh && !signal?.aborted) return fresh;
    throw failure;
  }
}

/** Asks the server itself, past every kept copy: for the clock, and after handing in. */
export async function askAttempt(id: string): Promise<Attempt> {
  const attempt = await request<Attempt>('GET', path(id));
  known.set(id, attempt);
  return attempt;
}
