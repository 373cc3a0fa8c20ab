/**
 * Runs test files in lanes, each in the order given, which `node --test` would sort:
 * node runner.mjs TIMEOUT CONCURRENCY FILE… [-- CONCURRENCY FILE…]
 */
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const [timeout, ...rest] = process.argv.slice(2);
const lanes = [[]];
for (const word of rest) word === '--' ? lanes.push([]) : lanes.at(-1).push(word);
for (const [concurrency, ...files] of lanes) {
  if (files.length === 0) continue;
  run({ files, concurrency: Number(concurrency), timeout: Number(timeout) })
    .on('test:fail', () => {
      process.exitCode = 1;
    })
    .compose(new spec())
    .pipe(process.stdout);
}
