import type { Plugin } from 'vite';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { classicScript } from './classic.ts';

interface Route {
  path: string;
  area: string;
}

/**
 * Builds `src/sw/sw.ts` to `/sw.js`. The paths of study pages are written into it, so that it keeps those and no
 * other.
 */
export function serviceWorker(): Plugin {
  return classicScript({
    name: 'service-worker',
    input: 'src/sw/sw.ts',
    file: 'sw.js',
    define: (root) => ({ __STUDY_PATHS__: JSON.stringify(studyPaths(root)) }),
  });
}

/** The study routes as regular expression sources. */
export function studyPaths(root: string): string[] {
  const routes = JSON.parse(readFileSync(resolve(root, 'src/routes.json'), 'utf8')) as Route[];
  return routes
    .filter((route) => route.area === 'study')
    .map((route) => `^${route.path.replace(/:\w+/g, '[^/]+')}$`);
}
