import type { Plugin } from 'vite';

/** The bundler's own chunk: one function of a line, in a file that every page would ask for. */
const file = 'rolldown-runtime';
const helper =
  '((all)=>{let made={};for(let name in all)Object.defineProperty(made,name,{get:all[name],enumerable:!0});return made})';

export const isRuntime = (name: string): boolean => name.includes(file);

/**
 * Writes the bundler's one helper into the chunks that use it, which are few: a file of its own weighs three times
 * as much by the heads of its answer, and is one more request before a page stands.
 */
export function inlineRuntime(): Plugin {
  return {
    name: 'inline-runtime',
    apply: 'build',
    renderChunk(code, chunk) {
      if (isRuntime(chunk.fileName) || !code.includes(file)) return null;
      const out = code.replace(/import ?\{ ?\w+ as (\w+) ?\} ?from ?["'`]\.\/rolldown-runtime[^"'`]*["'`];/, `var $1=${helper};`);
      if (out === code) this.error(`${chunk.fileName} uses the bundler's runtime otherwise than build/inline-runtime.ts knows`);
      return { code: out, map: null };
    },
  };
}
