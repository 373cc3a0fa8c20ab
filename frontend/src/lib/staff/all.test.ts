import { expect, test } from 'vitest';
import { Problem, Unreachable } from '../api/problem.ts';
import { all, allowed } from './all.ts';

test('the first refusal of the list is thrown, whichever comes first', async () => {
  const slow = new Promise<string>((_, refuse) => setTimeout(() => refuse(new Error('the named thing')), 5));
  await expect(all([slow, Promise.reject(new Error('something beside it'))])).rejects.toThrow('the named thing');
  expect(await all([Promise.resolve(1), Promise.resolve('b')])).toEqual([1, 'b']);
});

test('only what may not be opened is replaced: a failure is not a right', async () => {
  const none: string[] = [];
  expect(await allowed(Promise.resolve(['a']), none)).toEqual(['a']);
  expect(await allowed(Promise.reject(new Problem(403, {})), none)).toBe(none);
  expect(await allowed(Promise.reject(new Problem(404, {})), none)).toBe(none);
  await expect(allowed(Promise.reject(new Problem(500, {})), none)).rejects.toBeInstanceOf(Problem);
  await expect(allowed(Promise.reject(new Unreachable('x')), none)).rejects.toBeInstanceOf(Unreachable);
});
