import { expect, test } from 'vitest';
import { counts, latest, listed, matches, rosterOf } from './checkin.ts';
import type { RosterEntry } from '../../../lib/call/items.ts';

const entry = (site: string, name: string, state: RosterEntry['state'], at = 0): RosterEntry => ({ site, name, state, at });
const roster = new Map([
  ['b', entry('p1', 'Bakyt Uulu', 'here', 20)],
  ['a', entry('p1', 'Aliya Satpaeva', 'expected')],
  ['c', entry('p1', 'Артём Ким', 'late', 30)],
  ['d', entry('p2', 'Dina', 'here', 40)],
]);
const mine = rosterOf(roster, 'p1', (a, b) => (a < b ? -1 : a > b ? 1 : 0));

test('a site sees its own people in order', () => {
  expect(mine.map((each) => each.key)).toEqual(['a', 'b', 'c']);
  expect(counts(mine)).toEqual({ expected: 1, here: 1, late: 1, left: 0 });
  expect(latest(mine, 1)).toEqual(['Артём Ким']);
});

test('a name is found by the beginnings of its words, in any order', () => {
  for (const typed of ['al', 'SAT al', 'aliya satpaeva', '']) expect(matches('Aliya Satpaeva', typed)).toBe(true);
  for (const typed of ['iya', 'al x']) expect(matches('Aliya Satpaeva', typed)).toBe(false);
  expect(matches('Артём Ким', 'артем')).toBe(true);
});

test('the very name is known in whatever order', () => {
  expect(listed(mine, 'satpaeva  ALIYA')).toBe(true);
  expect(listed(mine, 'Aliya')).toBe(false);
});
