/** Renewing the session: once for all requests that failed together, and once for all tabs. */

const refreshPath = '/api/v1/auth/refresh';
/** A renewal by another tab this recent is taken as ours. */
const freshFor = 5_000;
const stampKey = 'mostik.refreshed';

let running: Promise<boolean> | undefined;

/** Asks for a new access cookie. False when the person must sign in again; throws when nothing answers. */
export function refresh(): Promise<boolean> {
  running ??= locked(() => renew(Date.now())).finally(() => {
    running = undefined;
  });
  return running;
}

function locked<T>(work: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return work();
  return navigator.locks.request('mostik.refresh', work) as Promise<T>;
}

async function renew(now: number): Promise<boolean> {
  const age = now - stamp();
  // Two tabs that use the same refresh token would look like a theft, and sign the person out.
  if (age >= 0 && age < freshFor) return true;
  const response = await fetch(refreshPath, { method: 'POST', credentials: 'same-origin' });
  if (response.status >= 500 || response.status === 429) throw new Error(`refresh: ${response.status}`);
  if (response.ok) setStamp(Date.now());
  return response.ok;
}

function stamp(): number {
  try {
    return Number(localStorage.getItem(stampKey)) || 0;
  } catch {
    return 0; // storage may be switched off; then each tab renews for itself
  }
}

function setStamp(at: number): void {
  try {
    localStorage.setItem(stampKey, String(at));
  } catch {
    // see above
  }
}
