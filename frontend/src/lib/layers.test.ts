/** The picture of the front end: routes → features → lib, no loop, and no feature that knows another. */
import { dirname, join, normalize, relative } from 'node:path';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

function files(dir: string): string[] {
  return readdirSync(dir)
    .map((name) => join(dir, name))
    .flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]))
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.test.ts') && !path.endsWith('.d.ts'));
}

/** Imports of a file that lie in src; those of types alone do not tie anything at run time. */
function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gm)];
  return found.map((m) => normalize(join(dirname(file), m[1] ?? ''))).filter((path) => /\.(ts|svelte)$/.test(path));
}

const graph = new Map(files(root).map((file) => [relative(root, file), imports(file).map((to) => relative(root, to))]));

/** The floor a file stands on; what stands in src itself (the frame of the site) may use all of them. */
function floor(file: string): string {
  const [top = '', name = ''] = file.split('/');
  if (top === 'features') return `features/${name}`;
  return file.includes('/') && top !== 'dev' ? top : 'frame';
}

const below: Record<string, string[]> = { frame: ['frame', 'features', 'lib'], routes: ['routes', 'features', 'lib'], features: ['lib'], lib: ['lib'], sw: ['sw'] };

test('arrows point down', () => {
  const wrong: string[] = [];
  for (const [file, targets] of graph) {
    for (const to of targets) {
      const [from, into] = [floor(file), floor(to)];
      if (from === into && from !== 'routes') continue;
      if (!below[from.split('/')[0] ?? '']?.includes(into.split('/')[0] ?? '')) wrong.push(`${file} → ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('no file of lib/ui knows the domain: it uses words and other parts of lib/ui only', () => {
  const wrong = [...graph].filter(([file]) => file.startsWith('lib/ui/')).flatMap(([file, targets]) =>
    targets.filter((to) => !to.startsWith('lib/ui/') && !to.startsWith('lib/text/')).map((to) => `${file} → ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('there is no loop', () => {
  const done = new Set<string>();
  const loops: string[] = [];
  const visit = (file: string, way: string[]): void => {
    if (way.includes(file)) loops.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const to of graph.get(file) ?? []) visit(to, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(loops).toEqual([]);
});

test('there is no barrel: a module is imported by its own file', () => {
  expect([...graph.keys()].filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
});

test('the graph is real: the entry reaches the router and the words', () => {
  expect(graph.get('main.ts')?.length).toBeGreaterThan(2);
});
