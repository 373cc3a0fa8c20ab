import { expect, test } from 'vitest';
import { dayOf, days } from './days.ts';

const list = ['2026-11-20T18:30:00Z', '2026-11-20T19:30:00Z', '2026-11-21T08:00:00Z'].map((starts_at) => ({ starts_at }));

test('a day is the one where the reader is', () => {
  expect(days(list, 'UTC').map((each) => [each.day, each.items.length])).toEqual([['2026-11-20', 2], ['2026-11-21', 1]]);
  expect(days(list, 'Asia/Almaty').map((each) => [each.day, each.items.length])).toEqual([['2026-11-20', 1], ['2026-11-21', 2]]);
  expect(days([], 'UTC')).toEqual([]);
});

test('the name of a day sorts as text', () => {
  expect(dayOf(Date.parse('2026-01-05T00:00:00Z'), 'UTC')).toBe('2026-01-05');
});
