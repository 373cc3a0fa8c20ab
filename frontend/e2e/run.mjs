// Runs the browser tests: builds the program if it is stale, starts one demonstration that all tests may
// read and add to, and hands the rest to Node's own test runner. `node run.mjs course` runs one file,
// `node run.mjs slow`, `lighthouse` and `lines` print measurements. MOSTIK_BIN takes another program.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './lib/typescript.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const wanted = process.argv.slice(2);
const measurements = ['slow', 'lighthouse', 'lines'];
/** What takes long begins first, so that no processor idles at the end. */
const long = ['pages', 'practice', 'live', 'live-kill', 'site', 'kill', 'staffpages', 'papers', 'weight'];
/**
 * Rooms send and decode pictures in several browsers and wait a good deal, so they go one after the other in a lane
 * of their own, beside what only draws pages.
 */
const rooms = ['live', 'live-kill', 'live-others', 'site', 'networks', 'room', 'files', 'plan'];
/** A voice is compared sample by sample: a browser that gets no time of its processor stutters on any line. */
const alone = ['badlines.test.ts'];
const isRoom = (name) => rooms.includes(name.replace('.test.ts', ''));
const rank = (name) => (long.indexOf(name.replace('.test.ts', '')) + 1 || long.length + 1);

if (!process.env.MOSTIK_BIN) {
  const built = spawnSync('make', ['-s', 'bin/mostik', 'bin/mostik-bench'], { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

const { Server } = await import('./lib/server.ts');
const server = await Server.start();
let status = 1;
try {
  const env = { ...process.env, MOSTIK_E2E: JSON.stringify(server.address) };
  const measure = wanted.find((name) => measurements.includes(name));
  const loader = ['--import', './lib/typescript.mjs'];
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.ts') && (wanted.length === 0 || wanted.includes(name.replace('.test.ts', ''))))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const args = measure
    ? [...loader, `${measure}.ts`]
    : [...loader, 'lib/runner.mjs', process.env.MOSTIK_PICTURES ? '900000' : '400000', '1', ...files.filter(isRoom), '--', String(Math.max(2, availableParallelism())), ...files.filter((name) => !isRoom(name) && !alone.includes(name)), '++', '1', ...files.filter((name) => alone.includes(name))];
  const child = spawn(process.execPath, args, { cwd: here, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  status = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
} finally {
  if (status !== 0) process.stderr.write(`\nThe server's last lines:\n${server.lastLines(15)}\n`);
  await server.stop();
}
process.exit(status);
