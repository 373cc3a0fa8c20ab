import { expect, test } from 'vitest';
import { grouped, pagesOf } from './slips.ts';

test('ten on a page, the rest on the next, none on none', () => {
  const numbers = Array.from({ length: 23 }, (_, i) => i);
  expect(pagesOf(numbers).map((page) => page.length)).toEqual([10, 10, 3]);
  expect(pagesOf(numbers).flat()).toEqual(numbers);
  expect(pagesOf([])).toEqual([]);
});

test('a code is set in fours, unless it has its own groups', () => {
  expect([grouped('ABCD2345EFGH'), grouped('ABCDE'), grouped('ABC-DEF'), grouped('')]).toEqual(['ABCD 2345 EFGH', 'ABCD E', 'ABC-DEF', '']);
});
