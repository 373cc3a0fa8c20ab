import { expect, test } from 'vitest';
import { all } from './all.ts';

test('the first refusal of the list is thrown, whichever comes first', async () => {
  const slow = new Promise<string>((_, refuse) => setTimeout(() => refuse(new Error('the named thing')), 5));
  await expect(all([slow, Promise.reject(new Error('something beside it'))])).rejects.toThrow('the named thing');
  expect(await all([Promise.resolve(1), Promise.resolve('b')])).toEqual([1, 'b']);
});
