/** Finding the route of a path. The server reads the same routes.json by the same rule. */
import table from '../routes.json';
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

export const routes = table as Route[];

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
