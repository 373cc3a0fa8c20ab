import type { Plugin } from 'vite';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classicScript } from './classic.ts';

const file = 'inline/offline.js';

/**
 * Builds `src/offline/check.ts` to `inline/offline.js`, one script that the server writes into the page that checks
 * certificates without a network. Nothing hands it out as a file.
 */
export function offlineCheck(): Plugin {
  return classicScript({
    name: 'offline-check',
    input: 'src/offline/check.ts',
    file,
    plugins: [licences()],
    check(outDir) {
      // Written into a page, these would end its script or begin another kind of reading.
      if (/<\/script|<script|<!--/i.test(readFileSync(join(outDir, file), 'utf8'))) throw new Error(`${file} cannot stand in a page`);
    },
  });
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
