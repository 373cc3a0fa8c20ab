import { build, type Plugin } from 'vite';
import { resolve } from 'node:path';

/** A script that is built by itself, beside the pages, as one file without modules. */
interface Classic {
  name: string;
  /** Its source, from the root. */
  input: string;
  /** Where it lies in the build. */
  file: string;
  define?: (root: string) => Record<string, string>;
  plugins?: Plugin[];
  /** Looks at what was built. */
  check?: (outDir: string) => void;
}

/** Builds a classic script when the pages are built: not every browser of our range takes a module everywhere. */
export function classicScript({ name, input, file, define, plugins = [], check }: Classic): Plugin {
  let root = '.';
  let outDir = 'dist';
  return {
    name,
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
          define: define?.(root) ?? {},
          plugins,
          build: {
            outDir,
            emptyOutDir: false,
            target: ['chrome108', 'firefox108', 'safari16'],
            reportCompressedSize: false,
            rolldownOptions: { input: resolve(root, input), output: { format: 'iife', entryFileNames: file } },
          },
        });
        check?.(outDir);
      },
    },
  };
}
