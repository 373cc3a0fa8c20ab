import { expect, test } from 'vitest';
import { countdown } from './countdown.ts';

const start = '2026-11-21T10:00:00Z';
const end = '2026-11-21T12:00:00Z';
const at = (time: string) => countdown(start, end, Date.parse(time));

test.each([
  ['2026-11-01T10:00:00Z', 'days', 20, false],
  ['2026-11-19T10:00:00Z', 'days', 2, false],
  ['2026-11-20T10:30:00Z', 'hours', 24, false],
  ['2026-11-21T08:29:59Z', 'hours', 2, false],
  ['2026-11-21T08:31:00Z', 'minutes', 89, false],
  ['2026-11-21T09:00:01Z', 'minutes', 60, true],
  ['2026-11-21T09:59:59Z', 'minutes', 1, true],
  ['2026-11-21T10:00:00Z', 'now', 0, true],
  ['2026-11-21T12:00:00Z', 'over', 0, true],
  ['2026-11-21T16:00:00Z', 'over', 0, false],
])('at %s it is %s %d, open: %s', (time, state, n, open) => {
  expect(at(time)).toEqual({ state, n, open });
});

test('an event without an end is over after its usual hour', () => {
  expect(countdown(start, undefined, Date.parse('2026-11-21T10:59:00Z')).state).toBe('now');
  expect(countdown(start, undefined, Date.parse('2026-11-21T11:00:00Z')).state).toBe('over');
});
