import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { devShell } from './build/dev-shell.ts';
import { serviceWorker } from './build/service-worker.ts';
import { mergedPages } from './build/merged-pages.ts';
import { offlineCheck } from './build/offline-check.ts';
import { precompress } from './build/precompress.ts';
import { inlineRuntime, isRuntime } from './build/inline-runtime.ts';
import { leanSvelte } from './build/lean-svelte.ts';
import { partedRoutes } from './build/parted-routes.ts';

/** What every page needs: the framework, our own frame, and the components that most pages share. */
const core =
  /src\/(main\.ts|[A-Z]\w+\.svelte|areas|startFailed|routes\.json\?near)|vite\/preload|node_modules\/((clsx|esm-env)\/|svelte\/(?!.*(bindings\/(input|select|universal)|src\/reactivity\/[\w-]+)\.js))|src\/lib\/(?!call\/|checkin\/|remaining|poll\/|text\/(catalog|sort|collate)|staff|api\/staff|attempt\/|draft|inOrder|api\/file|ui\/)|src\/lib\/ui\/((Button|Callout|Chip|Choice|Dialog|Icon|Menu|OfflineBanner|Options|Toasts|ErrorState|LeaveQuickly)\.svelte|icons\.ts|toasts)/;
/** The pages between which a trainee goes to and fro: going on then costs data alone. */
const study = /src\/(lib\/draft\.ts|routes\/learn\/(course|activity)\.svelte|features\/course\/(?!Transcript|vtt|LessonText)|lib\/ui\/(Card|ListRow|Progress|EmptyState)\.svelte)/;

/** What a quiz and a conversation share, and what the tasks of an activity do: small files cost more in heads than in code. */
const asking = /src\/(lib\/attempt\/attempts\.ts|features\/quiz\/(Html\.svelte|answer\.ts|plain\.ts)|lib\/ui\/Pills\.svelte)/;
const task = /src\/lib\/ui\/Field\.svelte/;
/** Small files that several pages of practice share. */
const practice = /src\/features\/practice\/(proposal\.ts|Sources\.svelte)/;

/** A rule explained, and as sentences. */
const steps = /src\/features\/programme\/(Steps\.svelte|sentence\.ts)/;

export default defineConfig({
  appType: 'custom', // the HTML comes from the Go server, in development too
  plugins: [partedRoutes(), svelte(), leanSvelte(), devShell(), serviceWorker(), offlineCheck(), inlineRuntime(), mergedPages(), precompress()],
  build: {
    target: ['chrome108', 'firefox108', 'safari16'],
    manifest: true,
    modulePreload: { polyfill: false, resolveDependencies: (_, names) => names.filter((name) => !isRuntime(name)) }, // every browser of the target knows modulepreload
    assetsInlineLimit: 0, // the content security policy allows no data: script or style
    reportCompressedSize: false, // `npm run size` prints what the wire carries
    rolldownOptions: {
      input: 'src/main.ts',
      output: {
        // Words and chunk names stay readable in the size table; the hash allows immutable caching.
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: (chunk) => `assets/${chunkName(chunk.facadeModuleId ?? chunk.name)}-[hash].js`,
        assetFileNames: 'assets/[name]-[hash][extname]',
        codeSplitting: {
          groups: [
            { name: 'main', test: core, priority: 2 },
            { name: 'study', test: study, priority: 1 },
            { name: 'asking', test: asking, priority: 1 },
            { name: 'task', test: task, priority: 1 },
            { name: 'practice', test: practice, priority: 1 },
            { name: 'steps', test: steps, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    unstubGlobals: true,
  },
  // Components and runes run as in the browser, not as in server-side rendering.
  ...(process.env['VITEST'] ? { resolve: { conditions: ['browser'] } } : {}),
});

/** Names a language's catalogue after its folder ("ru-study"), any other chunk after its file. */
function chunkName(id: string): string {
  const catalog = /catalog\/(\w+)\/(\w+)\.ts$/.exec(id);
  if (catalog) return `${catalog[1]}-${catalog[2]}`;
  return (id.split('/').pop() ?? 'chunk').replace(/\.\w+$/, '');
}
