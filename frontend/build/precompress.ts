import { constants, brotliCompressSync, gzipSync } from 'node:zlib';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const compressible = /\.(js|css|svg|json|webmanifest|txt|wasm|tflite)$/;
/** Above this many bytes the last percent of compression would cost a build ten seconds a file. */
const large = 500_000;

/**
 * Writes a `.br` and a `.gz` beside every text file of the build, so that the server never compresses
 * a request, and restores `.keep`, which lets the Go package compile before the first build.
 */
export function precompress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'precompress',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const file of files(outDir)) if (compressible.test(file)) compress(file);
        writeFileSync(join(outDir, '.keep'), '');
      },
    },
  };
}

function compress(file: string): void {
  const bytes = readFileSync(file);
  // What Brotli takes the bytes for moves a file by some parts in a thousand; the smallest is kept.
  const [br] = [constants.BROTLI_MODE_GENERIC, constants.BROTLI_MODE_TEXT, constants.BROTLI_MODE_FONT]
    .map((mode) =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_MODE]: mode,
          [constants.BROTLI_PARAM_QUALITY]: bytes.length > large ? 9 : constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    )
    .sort((a, b) => a.length - b.length);
  if (br) writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

function files(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name !== '.vite' && name !== 'inline') // neither is handed out
    .map((name) => join(dir, name))
    .flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]));
}
