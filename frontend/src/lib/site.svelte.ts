/** What the whole site shares while a page is open: who reads, how it looks, whether the server answers. */
import { configure, forget, request } from './api/request.ts';
import { purgeKept } from './offline/worker.ts';
import { setPresent } from './outbox/browser.ts';
import { serverLinks } from './links.ts';
import { lang, useLang, type Area } from './text/text.svelte.ts';
import type { Boot, Me, Theme } from './boot.ts';
import type { Lang } from './text/lang.ts';

class Site {
  me = $state.raw<Me | null>(null);
  boot = $state.raw<Boot>({ me: null, lang: 'en', preload: {}, config: { name: '', concern: [] }, kept: false, webinars: false });
  theme = $state<Theme>('auto');
  /** False from the first unanswered request to the next answered one. */
  reachable = $state(true);
  /** True when there are webinars for the reader; the door to them stands in the bar then. */
  webinars = $state(false);
  /** True when the session has ended while a page is open; a line with the way to sign in appears. */
  ended = $state(false);
}

export const site = new Site();

/** Takes what the server wrote into the page. Before anything is drawn. */
export function openSite(boot: Boot): void {
  site.boot = boot;
  site.me = boot.me;
  site.webinars = boot.webinars;
  site.reachable = !boot.kept && navigator.onLine;
  const chosen = document.documentElement.dataset['theme'];
  site.theme = chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
  configure({
    preload: boot.preload,
    kept: boot.kept,
    lang,
    onReach: (reachable) => (site.reachable = reachable),
    onSignedOut: () => (site.ended = site.me !== null),
  });
  addEventListener('offline', () => (site.reachable = false));
  addEventListener('online', () => (site.reachable = true));
}

/** Sets light or dark at once, and remembers it for this person on every device. */
export async function chooseTheme(theme: Theme): Promise<void> {
  site.theme = theme;
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  setCookie('mostik_theme', theme);
  await remember({ theme });
}

/** Shows another language at once, and remembers it. What is on the page stays where it is. */
export async function chooseLang(next: Lang, area: Area): Promise<void> {
  await useLang(next, area);
  setCookie('mostik_lang', next);
  await remember({ language: next });
}

async function remember(change: { theme?: Theme; language?: Lang }): Promise<void> {
  if (!site.me) return;
  site.me = { ...site.me, ...change };
  await request('PATCH', '/api/v1/me', change).catch(() => undefined); // the cookie keeps it on this device
}

/** A preference that the server reads when it writes the next page. A year, no secret. */
function setCookie(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** Ends the session and takes what was kept of the person off the device; unsent work stays for them. */
export async function signOut(): Promise<void> {
  await request('POST', '/api/v1/auth/logout', {});
  setPresent(null);
  forget();
  await purgeKept();
  location.assign(serverLinks.signIn());
}
