/**
 * Runs test files in lanes, each in the order given, which `node --test` would sort:
 * node runner.mjs TIMEOUT CONCURRENCY FILE… [-- CONCURRENCY FILE…] [++ CONCURRENCY FILE…]
 * What stands behind ++ begins when all before it is over, and has the machine to itself.
 */
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const [timeout, ...rest] = process.argv.slice(2);
/** Runs the lanes of some words side by side, to their end. */
async function lanes(words) {
  const each = [[]];
  for (const word of words) word === '--' ? each.push([]) : each.at(-1).push(word);
  await Promise.all(
    each.map(async ([concurrency, ...files]) => {
      if (files.length === 0) return;
      const tests = run({ files, concurrency: Number(concurrency), timeout: Number(timeout) }).on('test:fail', () => {
        process.exitCode = 1;
      });
      const report = tests.compose(new spec());
      report.pipe(process.stdout);
      await finished(report);
    }),
  );
}

const alone = rest.includes('++') ? rest.indexOf('++') : rest.length;
await lanes(rest.slice(0, alone));
await lanes(rest.slice(alone + 1));
