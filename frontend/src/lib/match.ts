/**
 * Finding the route of a path. The server reads the same routes.json by the same rule. The build parts the table
 * (build/parted-routes.ts): what is not study comes with its pages.
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

/** The routes that are known; others come with the first path that needs them. */
export const routes: Route[] = [...near];

/** Whose pages come with the first of them: of programmes, of webinars, of the staff. */
export type Table = 'programmes' | 'live' | 'staff';

const far = /^\/((followups|programmes)|(guest|webinars)|admin|author|desk|teach)(\/|$)/;
let ask: ((table: Table) => Promise<Route[]>) | undefined;
/** The tables that were asked for, and those that came. */
const asked = new Map<Table, Promise<unknown>>();
const known = new Set<Table>();

/** Says where further routes come from. */
export function farRoutes(fetch: (table: Table) => Promise<Route[]>): void {
  ask = fetch;
}

/** The table that a path still lacks. */
function lacks(pathname: string): Table | undefined {
  const found = far.exec(pathname);
  const table = found?.[2] ? 'programmes' : found?.[3] ? 'live' : 'staff';
  return found && !known.has(table) ? table : undefined;
}

/** Whether a path may be a page of the site; one of a further table is only known once that was asked for. */
export const mayMatch = (pathname: string): boolean => !!lacks(pathname) || !!matchPath(pathname);

/** The route of a path, with the table where it stands. */
export async function findPath(pathname: string): Promise<Match | undefined> {
  const table = lacks(pathname);
  if (ask && table) {
    const coming = asked.get(table) ?? ask(table).then((more) => known.add(table) && routes.push(...more));
    asked.set(table, coming);
    await coming.catch((failure: unknown) => {
      asked.delete(table); // a try that failed is made again
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
