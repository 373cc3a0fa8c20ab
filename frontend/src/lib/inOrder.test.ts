import { expect, test, vi } from 'vitest';
import { inOrder } from './inOrder.ts';

const later = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(resolve, ms, value));

test('the second waits for the first, and the rest comes once, after the last', async () => {
  const done: string[] = [];
  const run = inOrder(async () => done.push('rest'));
  const work = (name: string, ms: number) => async () => {
    await later(ms, 0);
    done.push(name);
    return true;
  };
  await Promise.all([run(work('slow', 10)), run(work('quick', 0))]);
  expect(done).toEqual(['slow', 'quick', 'rest']);
});

test('what failed last takes nothing from what succeeded before it; nothing but failures brings no rest', async () => {
  const rest = vi.fn(async () => undefined);
  const run = inOrder(rest);
  await Promise.all([run(async () => true), run(async () => false)]);
  expect(rest).toHaveBeenCalledTimes(1);
  await run(async () => false);
  expect(rest).toHaveBeenCalledTimes(1);
});
