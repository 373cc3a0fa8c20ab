import { expect, test } from 'vitest';
import { fields, placed, shade } from './map.ts';

test('no two countries share a field', () => {
  const taken = Object.values(fields).map(String);
  expect(new Set(taken).size).toBe(taken.length);
});

test('a country that the map does not know still has a field', () => {
  expect(placed(['KZ', 'MN', 'FR'])).toEqual([
    { code: 'KZ', column: 6, row: 1 },
    { code: 'MN', column: 0, row: 4 },
    { code: 'FR', column: 1, row: 4 },
  ]);
});

test('the darkest is the most, and any is more than none', () => {
  expect([0, 1, 50, 100].map((value) => shade(value, 100))).toEqual([0, 1, 2, 4]);
  expect(shade(0, 0)).toBe(0);
});
