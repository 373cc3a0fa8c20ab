// Prints what each page costs over the wire (brotli, with the heads of the answers) and fails when one is over its budget.
import { brotliCompressSync } from 'node:zlib';
import { existsSync, readFileSync, statSync } from 'node:fs';

const kB = 1000;
/** The heads of an answer with a built file, in bytes. */
const heads = 233;
// Budgets in bytes: JavaScript on a page of study, a later navigation to it, and JS and CSS of a first page.
const budget = { studyScript: 45 * kB, later: 10 * kB, first: 60 * kB };
// What a page loads when it knows what it shows: the heavier of a quiz and a conversation.
const loads = { '/attempts/:attempt': ['features/quiz/QuizPlayer.svelte'] };
const langs = ['en', 'ru', 'sk', 'kk', 'tg', 'ky'];

const dist = new URL('../dist/', import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
if (!existsSync(new URL('.vite/manifest.json', dist))) {
  console.error('dist/ is empty: run `npm run build` first');
  process.exit(2);
}
const manifest = read('../dist/.vite/manifest.json');
const routes = read('../src/routes.json');

const cost = new Map();
function weigh(file) {
  if (!cost.has(file)) {
    const br = new URL(`${file}.br`, dist);
    cost.set(file, heads + (existsSync(br) ? statSync(br).size : brotliCompressSync(readFileSync(new URL(file, dist))).length));
  }
  return cost.get(file);
}

/** All files a chunk needs, with those it imports. */
function needs(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const next of chunk.imports ?? []) needs(next, seen);
  return seen;
}
const sum = (files, end) => [...files].filter((f) => f.endsWith(end)).reduce((n, f) => n + weigh(f), 0);
const show = (n) => `${(n / kB).toFixed(1)} kB`.padStart(9);

/** The files among some that name a source and load it when it is asked for: whoever needs it needs them. */
const namedBy = (source, among) => among.filter((key) => manifest[key]?.dynamicImports?.includes(source));

/** All files of a page, without words. */
function everything(route) {
  const files = needs('src/main.ts');
  for (const source of [`routes/${route.page}.svelte`, ...(route.also ?? [])]) needs(`src/${source}`, files);
  return files;
}

const faults = [];
console.log('page'.padEnd(34), 'JS'.padStart(9), 'CSS'.padStart(9), 'later'.padStart(9), ' (brotli, dearest language)');
for (const route of routes) {
  const shared = needs('src/main.ts');
  let words = new Set();
  for (const lang of langs) {
    const files = needs(`src/lib/text/catalog/${lang}/language.ts`);
    for (const part of route.words ?? []) {
      const source = `src/lib/text/catalog/${lang}/${part}.ts`;
      for (const key of [source, ...namedBy(source, [`src/lib/text/catalog/${lang}/far.ts`])]) needs(key, files);
    }
    if (route.area === 'staff') needs(`src/lib/text/catalog/${lang}/staff.ts`, files);
    if (sum(files, '.js') > sum(words, '.js')) words = files;
  }
  const own = needs(`src/routes/${route.page}.svelte`);
  for (const key of namedBy(`src/routes/${route.page}.svelte`, ['src/programmePages.ts', 'src/livePages.ts', 'src/staffPages.ts'])) needs(key, own);
  for (const source of [...(route.also ?? []), ...(loads[route.path] ?? [])]) needs(`src/${source}`, own);
  const all = new Set([...shared, ...words, ...own]);
  const [js, css] = [sum(all, '.js'), sum(all, '.css')];
  // A later page comes after another: what "my learning" brought is there, but for the words of parts.
  const before = route.path === '/learn' ? shared : everything(routes.find(({ path }) => path === '/learn'));
  const fresh = new Set([...needs(`src/routes/${route.page}.svelte`)].filter((f) => !before.has(f)));
  const later = sum(fresh, '');
  console.log(route.path.padEnd(34), show(js), show(css), show(later));
  if (route.area === 'study') {
    if (js > budget.studyScript) faults.push(`${route.path}: ${show(js)} of JavaScript, ${show(budget.studyScript)} allowed`);
    if (later > budget.later) faults.push(`${route.path}: a later visit costs ${show(later)}, ${show(budget.later)} allowed`);
    if (js + css > budget.first) faults.push(`${route.path}: first visit ${show(js + css)}, ${show(budget.first)} allowed`);
  }
}
for (const fault of faults) console.error('over budget:', fault);
process.exit(faults.length ? 1 : 0);
