/**
 * Finding the route of a path. The server reads the same routes.json by the same rule. The build parts the table:
 * what stands behind the staff's doors comes with the staff's pages.
 */
import near from '../routes.json?near';
import type { Part } from './text/text.svelte.ts';

export interface Route {
  /** Segments; one that begins with ":" takes any value under that name. */
  path: string;
  /** The component under src/routes, without its ending. */
  page: string;
  area: 'study' | 'staff';
  /** Parts of the catalogue that the page needs beyond the words of its area. */
  words?: Part[];
  /** Sources that the page always loads beyond its own, for the server to name at once. */
  also?: string[];
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** The routes that are known; those of the staff from the first such path on. */
export const routes: Route[] = [...near];

const far = /^\/(admin|author|desk|followups|programmes|teach)(\/|$)/;
let ask: (() => Promise<Route[]>) | undefined;
/** The staff's table, once it was asked for; a try that failed is made again. */
let asked: Promise<void> | undefined;
let known = false;

/** Says where the staff's routes come from. */
export function farRoutes(fetch: () => Promise<Route[]>): void {
  ask = fetch;
}

/** Whether a path may be a page of the site; a path of the staff is only known once it was asked for. */
export const mayMatch = (pathname: string): boolean => (!known && far.test(pathname)) || !!matchPath(pathname);

/** The route of a path, with the staff's table where it is needed. */
export async function findPath(pathname: string): Promise<Match | undefined> {
  if (!known && ask && far.test(pathname)) {
    asked ??= ask().then((more) => {
      routes.push(...more);
      known = true;
    });
    await asked.catch((failure: unknown) => {
      asked = undefined;
      throw failure;
    });
  }
  return matchPath(pathname);
}

/** The first route that fits, or undefined. */
export function matchPath(pathname: string, among: readonly Route[] = routes): Match | undefined {
  const segments = split(pathname);
  for (const route of among) {
    const params = fit(split(route.path), segments);
    if (params) return { route, params };
  }
  return undefined;
}

function split(path: string): string[] {
  return path.replace(/^\/+|\/+$/g, '').split('/');
}

function fit(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':') && segment !== '') params[part.slice(1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
