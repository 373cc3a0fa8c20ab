import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Parts routes.json for the browser: `routes.json?near` holds the pages of trainees and of webinars, `routes.json?far`
 * what stands behind the staff's doors and what trainees seldom open, which would cost each trainee half a kilobyte. What only the server reads
 * (`also`) is in neither.
 */
export function partedRoutes(): Plugin {
  const far = /^\/(admin|author|desk|followups|programmes|teach)(\/|$)/;
  return {
    name: 'parted-routes',
    enforce: 'pre',
    load(id) {
      const found = /^(.*\/routes\.json)\?(near|far)$/.exec(id);
      if (!found?.[1]) return undefined;
      this.addWatchFile(found[1]);
      const all = JSON.parse(readFileSync(found[1], 'utf8')) as { path: string; also?: string[] }[];
      const part = all.filter((route) => far.test(route.path) === (found[2] === 'far')).map(({ also: _, ...route }) => route);
      return { code: `export default ${JSON.stringify(part)};`, moduleType: 'js' };
    },
  };
}
