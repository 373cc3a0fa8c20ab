import { expect, test } from 'vitest';
import { box, layOut, lineOf, readGraph } from './graph.ts';

const text = `flowchart TD
  role_desk([desk]) --> n_start
  n_start[start]
  n_start -->|greet| n_talk
  n_start -->|papers !2 no-harm| n_harm
  n_talk[talk]
  n_talk -->|ask| n_done
  n_talk -.->|ask else| n_start
  n_harm((harm: harmed))
  n_done((done: referred))
`;

test('scenes, ends, roles, faults and conditions are read', () => {
  const graph = readGraph(text);
  expect(graph.nodes.map((node) => [node.id, node.label, node.end ?? '', node.role])).toEqual([
    ['role_desk', 'desk', '', true], ['n_start', 'start', '', false], ['n_talk', 'talk', '', false], ['n_harm', 'harm', 'harmed', false], ['n_done', 'done', 'referred', false],
  ]);
  expect(graph.edges).toEqual([
    { from: 'role_desk', to: 'n_start', label: '', fault: false, otherwise: false },
    { from: 'n_start', to: 'n_talk', label: 'greet', fault: false, otherwise: false },
    { from: 'n_start', to: 'n_harm', label: 'papers', fault: true, otherwise: false },
    { from: 'n_talk', to: 'n_done', label: 'ask', fault: false, otherwise: false },
    { from: 'n_talk', to: 'n_start', label: 'ask', fault: false, otherwise: true },
  ]);
});

test('each scene stands below those that lead to it first, and no two on one place', () => {
  const { nodes, width, height } = layOut(readGraph(text));
  const y = (id: string) => nodes.get(id)?.y ?? NaN;
  expect(y('role_desk')).toBeLessThan(y('n_start'));
  expect(y('n_start')).toBeLessThan(y('n_talk'));
  expect(y('n_talk')).toBe(y('n_harm'));
  expect(new Set([...nodes.values()].map((node) => `${node.x} ${node.y}`)).size).toBe(nodes.size);
  for (const node of nodes.values()) expect([node.x >= 0, node.x + box.width <= width, node.y + box.height <= height]).toEqual([true, true, true]);
});

test('a scene that nothing leads to is drawn below the others, and a circle without a beginning is drawn too', () => {
  const lost = layOut(readGraph('a --> b\nb --> a\nc --> c'));
  expect(lost.nodes.size).toBe(3);
  expect(lost.nodes.get('n_x')).toBeUndefined();
});

test('nothing gives nothing', () => {
  expect(layOut(readGraph('')).nodes.size).toBe(0);
});

test('an arrow back goes around the side', () => {
  const { nodes } = layOut(readGraph(text));
  const [start, talk] = [nodes.get('n_start'), nodes.get('n_talk')];
  if (!start || !talk) throw new Error('not placed');
  expect(lineOf(start, talk)).toMatch(/^M\S+ \S+C/);
  expect(lineOf(talk, start)).toContain(`M${talk.x + box.width} `);
});

test('an arrow to a neighbour passes below the row, never through it', () => {
  const { nodes } = layOut(readGraph(text));
  const [talk, harm] = [nodes.get('n_talk'), nodes.get('n_harm')];
  if (!talk || !harm) throw new Error('not placed');
  const heights = [...lineOf(talk, harm).matchAll(/\d+(?:\.\d+)? (\d+(?:\.\d+)?)/g)].map((point) => Number(point[1]));
  expect(Math.min(...heights)).toBe(talk.y + box.height);
});
