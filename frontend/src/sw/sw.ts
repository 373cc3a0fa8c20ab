/**
 * The service worker: lets a page of study open again without a network. It keeps three things: built
 * files (their names carry a hash, so a kept one is never stale), the HTML of study pages, and those API
 * answers that a page asked it to keep. At sign-out, or when somebody else signs in, the last two go.
 */
/// <reference lib="webworker" />
import { strategyFor, type Strategy } from './strategy.ts';

declare const self: ServiceWorkerGlobalScope;
declare const __STUDY_PATHS__: string[];

const assets = 'assets-1';
const personal = 'personal-1';
const shellKey = '/.shell';
/** After this long without an answer the kept copy is shown; the network's answer is kept when it comes. */
const patience = 4_000;
/** How many API answers and pages stay, so that a phone's storage is not eaten. */
const personalLimit = 200;
const assetLimit = 150;

const study = __STUDY_PATHS__.map((source) => new RegExp(source));

self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== assets && name !== personal) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const strategy = strategyFor(event.request, self.location.origin, study);
  if (strategy !== 'network') event.respondWith(answer(strategy, event.request, (work) => event.waitUntil(work)));
});

type Note = { type: 'first'; html: string; path: string; files: string[] } | { type: 'purge' };

self.addEventListener('message', (event) => {
  const note = event.data as Note;
  if (note.type === 'purge') event.waitUntil(caches.delete(personal));
  else event.waitUntil(keepFirst(note));
});

function answer(strategy: Strategy, request: Request, wait: (work: Promise<unknown>) => void): Promise<Response> {
  return strategy === 'asset' ? assetFirst(request) : networkFirst(strategy, request, wait);
}

async function assetFirst(request: Request): Promise<Response> {
  const cache = await caches.open(assets);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) {
    await cache.put(request.url, response.clone());
    await trim(cache, assetLimit);
  }
  return response;
}

async function networkFirst(strategy: Strategy, request: Request, wait: (work: Promise<unknown>) => void): Promise<Response> {
  const cache = await caches.open(personal);
  const fresh = fetch(request).then(async (response) => {
    if (response.status === 200 && !response.redirected) await keep(cache, strategy, request.url, response.clone());
    return response;
  });
  wait(fresh.catch(() => undefined));
  const first = await Promise.race([fresh.catch(() => undefined), pause(patience)]);
  // A gateway's page (502, 503, 504) means that our server is away, as no answer does.
  if (first && first.status < 502) return first;
  return (await fallback(cache, strategy, request.url)) ?? fresh;
}

async function keep(cache: Cache, strategy: Strategy, url: string, response: Response): Promise<void> {
  if (strategy === 'page') await cache.put(shellKey, response.clone());
  await cache.put(url, response);
  await trim(cache, personalLimit);
}

async function fallback(cache: Cache, strategy: Strategy, url: string): Promise<Response | undefined> {
  const kept = (await cache.match(url)) ?? (strategy === 'page' ? await cache.match(shellKey) : undefined);
  if (!kept || strategy === 'data') return kept;
  // The page reads this mark: its preload is then a last resort, and the banner tells the reader.
  const html = (await kept.text()).replace('id="boot"', 'id="boot" data-kept');
  const headers = new Headers(kept.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(html, { headers });
}

/**
 * The first page came before this worker. The page hands over its own HTML and the names of its files,
 * which lie in the browser's cache: nothing is fetched a second time.
 */
async function keepFirst(note: Extract<Note, { type: 'first' }>): Promise<void> {
  const cache = await caches.open(assets);
  for (const file of note.files) {
    if (!file.startsWith(`${self.location.origin}/assets/`) || (await cache.match(file))) continue;
    const response = await fetch(file, { cache: 'only-if-cached', mode: 'same-origin' }).catch(() => undefined);
    if (response?.status === 200) await cache.put(file, response);
  }
  if (!study.some((path) => path.test(note.path))) return;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  };
  const mine = await caches.open(personal);
  await mine.put(shellKey, new Response(note.html, { headers }));
  await mine.put(self.location.origin + note.path, new Response(note.html, { headers }));
}

async function trim(cache: Cache, limit: number): Promise<void> {
  const keys = await cache.keys();
  const old = keys.filter((key) => !key.url.endsWith(shellKey)).slice(0, Math.max(0, keys.length - limit));
  for (const key of old) await cache.delete(key);
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
