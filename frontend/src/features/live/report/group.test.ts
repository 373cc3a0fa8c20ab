import { expect, test } from 'vitest';
import { groups, local, parts } from './group.ts';
import type { Attendance, Floor, Presence } from './types.ts';

const floor = { from: '2026-11-22T10:00:00Z', to: '2026-11-22T12:00:00Z', minutes: 120, pauses: [] } satisfies Floor;
const person = (name: string, home?: string) => ({ key: name, name, ...(home ? { home } : {}) }) as Presence;

test('people stand under their centre, the others last, and empty centres nowhere', () => {
  const report = {
    centres: [{ id: 'a', name: 'Almaty', country: 'KZ', heads: 5 }, { id: 'e', name: 'Esik', country: 'KZ', heads: 0 }, { id: 'm', name: 'Moscow', country: 'RU', heads: 0 }],
    people: [person('Bakyt', 'a'), person('Guest'), person('Elena', 'm'), person('Lost', 'unknown')],
  } as unknown as Attendance;
  expect(groups(report, 'alone').map((each) => [each.name, each.people.map((one) => one.name)])).toEqual([
    ['Almaty', ['Bakyt']],
    ['Moscow', ['Elena']],
    ['alone', ['Guest', 'Lost']],
  ]);
});

test('stretches are parts of the floor and never leave it', () => {
  expect(parts([{ from: '2026-11-22T09:00:00Z', to: '2026-11-22T10:30:00Z' }, { from: '2026-11-22T11:00:00Z', to: '2026-11-22T13:00:00Z' }, { from: '2026-11-22T13:00:00Z', to: '2026-11-22T14:00:00Z' }], floor)).toEqual([
    { at: 0, length: 0.25 },
    { at: 0.5, length: 0.5 },
  ]);
  expect(parts([{ from: floor.from, to: floor.to }], { ...floor, to: floor.from })).toEqual([]);
});

test('a moment goes into a field and back', () => {
  expect(new Date(local('2026-11-22T10:05:00Z')).toISOString()).toBe('2026-11-22T10:05:00.000Z');
  expect(new Date(local('2026-11-22T10:05:01Z')).toISOString()).toBe('2026-11-22T10:05:00.000Z');
  expect(new Date(local('2026-11-22T10:05:01Z', true)).toISOString()).toBe('2026-11-22T10:06:00.000Z');
  expect(local('0001-01-01T00:00:00Z')).toBe('');
  expect(local('0001-01-01T00:00:00Z', true)).toBe('');
});
