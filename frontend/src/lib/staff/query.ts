/** Filters, order and page of a list stand in the address, so that a list can be sent, kept and gone back to. */
import { onDestroy } from 'svelte';
import { router } from '../router.svelte.ts';
import type { Sorting } from '../ui/table.ts';

/** The address with some parameters changed; an empty one is taken out. Another filter begins at the first page. */
export function refined(href: string, change: Record<string, string | undefined>): string {
  const url = new URL(href);
  if (!('page' in change)) url.searchParams.delete('page');
  for (const [name, value] of Object.entries(change)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.href;
}

/** Changes the list on the page. The focus stays where it is and the page does not jump. */
export async function refine(change: Record<string, string | undefined>): Promise<void> {
  history.replaceState(history.state, '', refined(location.href, change));
  await router.reload();
}

/** A path of the API with those parameters of the page that the list knows. */
export function withQuery(path: string, query: URLSearchParams, names: readonly string[]): string {
  const chosen = new URLSearchParams();
  for (const name of names) {
    const value = query.get(name);
    if (value) chosen.set(name, value);
  }
  const text = chosen.toString();
  return text ? `${path}?${text}` : path;
}

/** The API writes an order as "name" or, downwards, "-name". */
export function readSort(text: string | null): Sorting | undefined {
  if (!text) return undefined;
  return text.startsWith('-') ? { id: text.slice(1), down: true } : { id: text, down: false };
}

export function writeSort(sort: Sorting): string {
  return sort.down ? `-${sort.id}` : sort.id;
}

/**
 * Runs the last of several calls when none has followed for a while; for fields that search while one types. It belongs
 * to a component and its page: what is still to run when somebody has gone on is not run, or it would act on another page.
 */
export function settled<T>(wait: number, run: (value: T) => void): (value: T) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onDestroy(() => clearTimeout(timer));
  return (value) => {
    clearTimeout(timer);
    // The address changes at once, the page only when the next has come.
    const page = location.pathname;
    timer = setTimeout(() => location.pathname === page && run(value), wait);
  };
}
