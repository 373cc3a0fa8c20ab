import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The parts of routes.json that come when one of their pages is asked for, by the first segment of its path, as lib/match.ts tells them. */
const parts = {
  programmes: /^\/(followups|programmes)(\/|$)/,
  live: /^\/(guest|webinars)(\/|$)/,
  staff: /^\/(admin|author|desk|teach)(\/|$)/,
} as const;

/**
 * Parts routes.json for the browser: `routes.json?near` holds the pages of study; those of programmes, of webinars and of
 * the staff come with the first of theirs, for together they would cost each trainee half a kilobyte. What only the
 * server reads (`also`) is in none.
 */
export function partedRoutes(): Plugin {
  return {
    name: 'parted-routes',
    enforce: 'pre',
    load(id) {
      const found = /^(.*\/routes\.json)\?(\w+)$/.exec(id);
      if (!found?.[1]) return undefined;
      this.addWatchFile(found[1]);
      const all = JSON.parse(readFileSync(found[1], 'utf8')) as { path: string; also?: string[] }[];
      const part = all.filter((route) => found[2] === partOf(route.path)).map(({ also: _, ...route }) => route);
      return { code: `export default ${JSON.stringify(part)};`, moduleType: 'js' };
    },
  };
}

const partOf = (path: string): string => Object.entries(parts).find(([, of]) => of.test(path))?.[0] ?? 'near';
