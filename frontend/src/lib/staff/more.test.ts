import { expect, test } from 'vitest';
import { More } from './more.svelte.ts';

const page = (next: string, ...items: number[]) => ({ items, next });

test('pages follow each other, and the last one ends the list', async () => {
  const list = page('a', 1, 2);
  const asked: string[] = [];
  const more = new More<number>(
    () => list,
    async (after) => (asked.push(after), after === 'a' ? page('b', 3) : page('', 4)),
  );
  await more.read();
  expect([more.items, more.next]).toEqual([[1, 2, 3], 'b']);
  await more.read();
  expect([more.items, more.next, asked]).toEqual([[1, 2, 3, 4], '', ['a', 'b']]);
});

test('another list does not keep what was read of the one before, nor takes what comes late', async () => {
  let list = page('a', 1);
  let arrive: (of: { items: number[]; next: string }) => void = () => undefined;
  const more = new More<number>(
    () => list,
    () => new Promise((resolve) => (arrive = resolve)),
  );
  const first = more.read();
  list = page('x', 7);
  arrive(page('b', 2));
  await first;
  expect([more.items, more.next, more.busy]).toEqual([[7], 'x', false]);
});

test('a press asks once, and a failure is told and leaves the list as it is', async () => {
  const list = page('a', 1);
  let asked = 0;
  const more = new More<number>(
    () => list,
    async () => {
      asked++;
      throw new Error('no network');
    },
  );
  await Promise.all([more.read(), more.read()]);
  expect(asked).toBe(1);
  expect(more.failure?.what).toBeTruthy();
  expect([more.items, more.next]).toEqual([[1], 'a']);
});
