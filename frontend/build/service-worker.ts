import { build, type Plugin } from 'vite';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';

interface Route {
  path: string;
  area: string;
}

/**
 * Builds `src/sw/sw.ts` to `/sw.js` as a classic script: not every browser of our range takes a module
 * as a service worker. The paths of study pages are written into it, so that it keeps those and no other.
 */
export function serviceWorker(): Plugin {
  let root = '.';
  let outDir = 'dist';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = config.build.outDir;
    },
    closeBundle: {
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          root,
          publicDir: false,
          logLevel: 'warn',
          define: { __STUDY_PATHS__: JSON.stringify(studyPaths(root)) },
          build: {
            outDir,
            emptyOutDir: false,
            target: ['chrome108', 'firefox108', 'safari16'],
            reportCompressedSize: false,
            rolldownOptions: {
              input: resolve(root, 'src/sw/sw.ts'),
              output: { format: 'iife', entryFileNames: 'sw.js' },
            },
          },
        });
      },
    },
  };
}

/** The study routes as regular expression sources. */
export function studyPaths(root: string): string[] {
  const routes = JSON.parse(readFileSync(resolve(root, 'src/routes.json'), 'utf8')) as Route[];
  return routes
    .filter((route) => route.area === 'study')
    .map((route) => `^${route.path.replace(/:\w+/g, '[^/]+')}$`);
}
