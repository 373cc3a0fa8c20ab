/**
 * The router: from a path to a page with its data. A page's code and data arrive before it is drawn; until
 * then the old page stays. Links are ordinary links, so that everything works with the middle button too.
 */
import type { Component } from 'svelte';
import { Unreachable } from './api/problem.ts';
import { Renewed } from './failure.ts';
import { findPath, matchPath, mayMatch, type Route } from './match.ts';
import { lang, useLang } from './text/text.svelte.ts';

export interface LoadContext {
  params: Record<string, string>;
  query: URLSearchParams;
  /** Aborted when the reader goes elsewhere before the data came. */
  signal: AbortSignal;
}

/** What a file under src/routes exports. `load` and `title` stand in its module script. */
export interface PageModule<Data = unknown> {
  default: Component<{ data: Data }>;
  load?: (context: LoadContext) => Promise<Data>;
  title: (data: Data) => string;
}

export type View =
  | { kind: 'page'; route: Route; module: PageModule; data: unknown; url: URL }
  | { kind: 'missing'; url: URL }
  | { kind: 'failed'; failure: unknown; url: URL };

type Importer = (page: string) => Promise<PageModule>;

interface Place {
  index: number;
  y: number;
}

class Router {
  view = $state.raw<View>();
  /** True while a page is on its way and the wait may be felt. */
  busy = $state(false);
  /** Counts navigations, the first drawing not among them; the frame moves the focus when it changes. */
  moves = $state(0);
  #page: Importer = () => Promise.reject(new Error('the site has not started'));
  #abort: AbortController | undefined;
  /** The address that was asked for last; its page may still be on the way. */
  #at: URL | undefined;
  #index = 0;

  /** Draws the page of the present address and begins to listen. */
  async start(page: Importer): Promise<void> {
    this.#page = page;
    history.scrollRestoration = 'manual';
    this.#index = (history.state as Place | null)?.index ?? 0;
    addEventListener('popstate', (event) => this.#pop(new URL(location.href), (event.state as Place | null)?.y ?? 0));
    document.addEventListener('click', (event) => this.#click(event));
    document.addEventListener('pointerdown', (event) => this.#warm(event), { passive: true });
    await this.#show(new URL(location.href), undefined);
  }

  /** Goes to a path of the site; a path that no page has is left to the server. */
  async go(path: string, options: { replace?: boolean } = {}): Promise<void> {
    const url = new URL(path, location.href);
    if (!mayMatch(url.pathname)) return location.assign(url);
    if (options.replace) history.replaceState({ index: this.#index, y: 0 } satisfies Place, '', url);
    else {
      history.replaceState({ index: this.#index, y: scrollY } satisfies Place, '');
      history.pushState({ index: ++this.#index, y: 0 } satisfies Place, '', url);
    }
    await this.#show(url, 0);
  }

  /** Loads the data of the present page again, in the present language. */
  async reload(): Promise<void> {
    await this.#show(new URL(location.href), undefined);
  }

  /** Back or forward; also a change of what stands behind #, which stays on the device: nothing is asked for it. */
  #pop(url: URL, y: number): void {
    const now = this.#at;
    if (now && now.pathname === url.pathname && now.search === url.search) return;
    void this.#show(url, y);
  }

  async #show(url: URL, y: number | undefined): Promise<void> {
    this.#at = url;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const felt = setTimeout(() => (this.busy = true), 150);
    const view = await this.#load(url, abort.signal);
    clearTimeout(felt);
    if (abort.signal.aborted) return; // a later navigation took over, and ends the waiting
    this.busy = false;
    this.view = view;
    if (y === undefined) return;
    this.moves++;
    requestAnimationFrame(() => scrollTo(0, y));
  }

  async #load(url: URL, signal: AbortSignal): Promise<View> {
    try {
      const match = await findPath(url.pathname);
      if (!match) return { kind: 'missing', url };
      const [module] = await Promise.all([this.#module(match.route), useLang(lang(), match.route.area, match.route.words)]);
      const data = await module.load?.({ params: match.params, query: url.searchParams, signal });
      return { kind: 'page', route: match.route, module, data, url };
    } catch (failure) {
      return { kind: 'failed', failure, url };
    }
  }

  async #module(route: Route): Promise<PageModule> {
    try {
      return await this.#page(route.page);
    } catch (cause) {
      // The server gives 404 for a file of an older build; without a network the reader is told so.
      if (navigator.onLine) throw new Renewed(route.page, { cause });
      throw new Unreachable(route.page, { cause });
    }
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const found = this.#ours(event);
    if (!found) return;
    event.preventDefault();
    void this.go(found.href);
  }

  /** Fetches a page's code when the finger goes down; by the time it lifts, much of it has come. */
  #warm(event: PointerEvent): void {
    const found = this.#ours(event);
    const match = found && matchPath(found.pathname);
    if (match) this.#page(match.route.page).catch(() => undefined);
  }

  #ours(event: Event): URL | undefined {
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link?.href || link.target || link.hasAttribute('download') || link.rel === 'external') return undefined;
    const url = new URL(link.href);
    const samePage = url.pathname === location.pathname && url.search === location.search && url.hash !== '';
    return url.origin === location.origin && !samePage && mayMatch(url.pathname) ? url : undefined;
  }
}

export const router = new Router();
