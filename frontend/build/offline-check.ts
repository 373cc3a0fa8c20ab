import { build, type Plugin } from 'vite';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Builds `src/offline/check.ts` to `inline/offline.js`, one classic script that the server writes into the page that checks
 * certificates without a network. Nothing hands it out as a file.
 */
export function offlineCheck(): Plugin {
  let root = '.';
  let outDir = 'dist';
  return {
    name: 'offline-check',
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
          plugins: [licences()],
          build: {
            outDir,
            emptyOutDir: false,
            target: ['chrome108', 'firefox108', 'safari16'],
            reportCompressedSize: false,
            rolldownOptions: {
              input: resolve(root, 'src/offline/check.ts'),
              output: { format: 'iife', entryFileNames: 'inline/offline.js' },
            },
          },
        });
        // Written into a page, these would end its script or begin another kind of reading.
        if (/<\/script|<script|<!--/i.test(readFileSync(join(outDir, 'inline/offline.js'), 'utf8'))) throw new Error('inline/offline.js cannot stand in a page');
      },
    },
  };
}

/** Puts the licences of what others wrote before the script, as they ask. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const folders = new Set(chunk.moduleIds.flatMap((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0] ?? []));
        const texts = [...folders].sort().map((folder) => {
          const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
          const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
          if (!file) throw new Error(`${name} brings no text of its licence`);
          return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
        });
        chunk.code = `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/\n${chunk.code}`;
      }
    },
  };
}
