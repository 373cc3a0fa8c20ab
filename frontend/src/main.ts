/** Starts the site: words, router and frame; then the outbox and the service worker, when the page stands. */
import './lib/ui/tokens.css';
import './lib/ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { showStartFailed } from './startFailed.ts';
import { openBox } from './lib/box.svelte.ts';
import { readBoot } from './lib/boot.ts';
import { farRoutes, findPath, type Route, type Table } from './lib/match.ts';
import { purgeKept, startWorker } from './lib/offline/worker.ts';
import { lastPerson } from './lib/outbox/browser.ts';
import { router, type PageModule } from './lib/router.svelte.ts';
import { openSite } from './lib/site.svelte.ts';
import { useLang } from './lib/text/text.svelte.ts';

const files = import.meta.glob<PageModule>(['./routes/**/*.svelte', '!./routes/{admin,author,desk,live,teach}/**', '!./routes/learn/{programme,programmes,followup}.svelte']);
const page = (name: string) => (files[`./routes/${name}.svelte`] ?? (() => farPage(name)))();
/** The pages with their routes that come when one of them is asked for. */
const further: Record<Table, () => Promise<{ routes: Route[]; pages: Record<string, () => Promise<PageModule>> }>> = {
  programmes: () => import('./programmePages.ts'),
  live: () => import('./livePages.ts'),
  staff: () => import('./staffPages.ts'),
};

async function farPage(name: string): Promise<PageModule> {
  const { pages } = await further[/^learn/.test(name) ? 'programmes' : /^live/.test(name) ? 'live' : 'staff']();
  const load = pages[`./routes/${name}.svelte`];
  if (!load) throw new Error(`there is no page ${name}`);
  return load();
}

async function start(): Promise<void> {
  const asSent = `<!doctype html>${document.documentElement.outerHTML}`;
  const boot = readBoot(document);
  openSite(boot);
  farRoutes(async (table) => (await further[table]()).routes);
  await useLang(boot.lang, (await findPath(location.pathname))?.route.area ?? 'study');
  if (import.meta.env.DEV && location.pathname === '/dev/ui') return showGallery();
  // What was kept of somebody else goes before anything of this person is kept.
  if (boot.me && lastPerson() && lastPerson() !== boot.me.id) await purgeKept();
  await router.start(page);
  await breath();
  const target = document.getElementById('app') ?? document.body;
  target.replaceChildren();
  mount(App, { target });
  openBox(boot.me?.id ?? null);
  startWorker(asSent);
}

/** Lets the browser draw and take what was tapped, between one piece of work and the next. */
const breath = () => new Promise<void>((on) => setTimeout(on));

async function showGallery(): Promise<void> {
  const { default: Gallery } = await import('./dev/Gallery.svelte');
  mount(Gallery, { target: document.getElementById('app') ?? document.body });
}

start().catch(showStartFailed);
