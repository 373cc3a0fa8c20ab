/**
 * Revisions of what a person does on this device. The server lets the highest revision of a question
 * win, whatever the order of arrival, so two of them must never run backwards on one device.
 */
const key = 'mostik.revision';
let lastHere = 0;

/** The next revision: the time in milliseconds, but always above the last one, in any tab. */
export function nextRevision(now: number = Date.now()): number {
  const next = Math.max(Math.floor(now), lastHere + 1, lastStored() + 1);
  lastHere = next;
  try {
    localStorage.setItem(key, String(next));
  } catch {
    // Without storage the tab's own count still rises.
  }
  return next;
}

/** Takes note of a revision the server knows, so that a device whose clock is behind goes on above it. */
export function noteRevision(known: number): void {
  if (Number.isSafeInteger(known)) lastHere = Math.max(lastHere, known);
}

function lastStored(): number {
  try {
    const stored = Number(localStorage.getItem(key));
    return Number.isSafeInteger(stored) ? stored : 0;
  } catch {
    return 0;
  }
}
