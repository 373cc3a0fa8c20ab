import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { isRuntime } from './inline-runtime.ts';

interface Entry {
  file: string;
  src?: string;
  imports?: string[];
}

/**
 * Names pages that were put together with others. Vite's manifest knows a page by its source only while it
 * has a chunk of its own; the server, which tells the browser what a page needs, would not find the rest.
 */
export function mergedPages(): Plugin {
  return {
    name: 'merged-pages',
    writeBundle(options, bundle) {
      const path = join(options.dir ?? 'dist', '.vite/manifest.json');
      const entries = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Entry>;
      const whole = new Map(Object.values(entries).map((entry) => [entry.file, entry]));
      for (const chunk of Object.values(bundle)) {
        const entry = whole.get(chunk.fileName);
        if (chunk.type !== 'chunk' || !entry) continue;
        for (const module of chunk.moduleIds) {
          const page = /src\/routes\/.+\.svelte$/.exec(module)?.[0];
          if (page) entries[page] ??= { ...entry, src: page };
        }
      }
      for (const entry of Object.values(entries)) if (entry.imports) entry.imports = entry.imports.filter((name) => !isRuntime(name));
      writeFileSync(path, JSON.stringify(entries, null, 2));
    },
  };
}
