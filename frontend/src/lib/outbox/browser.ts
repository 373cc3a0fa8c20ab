/** The outbox in a real browser: one per page, with the tabs of the same person working as one. */
import { request } from '../api/request.ts';
import { uuidv7 } from '../uuid.ts';
import { Outbox } from './outbox.ts';
import { Store } from './store.ts';

const presentKey = 'mostik.person';

/** Opens the box of a person, notes who is present in this browser, and begins to send. */
export function openOutbox(person: string | null): Outbox {
  setPresent(person);
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('mostik.outbox') : undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const box = new Outbox({
    store: new Store(),
    send: request,
    person,
    present: () => present(person),
    exclusive: async (work) => {
      if ('locks' in navigator) await navigator.locks.request('mostik.outbox', work);
      else await work();
    },
    announce: () => channel?.postMessage('changed'),
    later: (work, ms) => {
      clearTimeout(timer);
      timer = setTimeout(work, ms);
    },
    now: Date.now,
    random: Math.random,
    id: uuidv7,
  });
  channel?.addEventListener('message', () => void box.reread());
  addEventListener('online', () => void box.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void box.wake();
  });
  void box.start();
  return box;
}

function present(here: string | null): string | null {
  try {
    return localStorage.getItem(presentKey);
  } catch {
    return here; // without storage the tabs cannot agree; the server still compares the person's header
  }
}

/** Who signed in last in this browser, before this page opened its box. */
export function lastPerson(): string | null {
  return present(null);
}

/** Notes who is signed in now; null at sign-out. */
export function setPresent(person: string | null): void {
  try {
    if (person) localStorage.setItem(presentKey, person);
    else localStorage.removeItem(presentKey);
  } catch {
    // see present
  }
}
