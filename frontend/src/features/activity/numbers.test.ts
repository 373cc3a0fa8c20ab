import { expect, test } from 'vitest';
import { isEmpty, keptNumber, parseNumber, rowsOf, total, written } from './numbers.ts';

test.each([
  ['7', 7],
  [' 7,5 ', 7.5],
  ['1 200', 1200],
  ['.5', 0.5],
  ['-3', -3],
  ['', undefined],
  ['seven', undefined],
  ['1,2,3', undefined],
  ['1e9', undefined],
  ['10000000000', undefined],
  ['7h', undefined],
])('%j is read as %j', (text, want) => {
  expect(parseNumber(text)).toBe(want);
});

test('what is typed comes back as it was typed, or as the number that it is', () => {
  expect(keptNumber('7,5')).toBe(7.5);
  expect(keptNumber(' ')).toBeNull();
  expect(keptNumber('seven')).toBe('seven');
  expect(written(7.5, ',')).toBe('7,5');
  expect(written('seven', ',')).toBe('seven');
  expect(written(null, ',')).toBe('');
});

test('rows are added up without the dust of floating point', () => {
  expect(total([{ hours: 0.1 }, { hours: 0.2 }, { hours: 'x' }, {}], 'hours')).toBe(0.3);
});

test('rows of anything', () => {
  expect(rowsOf(undefined)).toEqual([]);
  expect(rowsOf([{ a: 1 }, null, [1], 'x'])).toEqual([{ a: 1 }]);
  expect(isEmpty({ a: '', b: null })).toBe(true);
  expect(isEmpty({ a: 0 })).toBe(false);
});
