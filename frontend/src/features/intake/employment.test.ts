import { expect, test } from 'vitest';
import { chosen, namings, offers } from './employment.ts';
import type { Employers } from './types.ts';

const item = (name: string, likely: { id: string; name: string }[] = []) => ({ country: 'KZ', name, rows: 1, likely });
const employers: Employers = {
  items: [item('Рога и копыта'), item('ОО Дом', [{ id: 'a', name: 'Дом' }]), item('Рога')],
  total: 3,
  here: [
    { id: 'a', name: 'Дом' },
    { id: 'b', name: 'Школа' },
  ],
  may_make: true,
};

test('what was said comes back as it was chosen', () => {
  const said = ['kind:ngo', 'same:a', 'like:Рога и копыта'];
  expect(namings([], employers.items, said)).toEqual([
    { country: 'KZ', name: 'Рога и копыта', kind: 'ngo' },
    { country: 'KZ', name: 'ОО Дом', same_as: 'a' },
    { country: 'KZ', name: 'Рога', like: 'Рога и копыта' },
  ]);
  expect(namings([], employers.items, said).map(chosen)).toEqual(said);
});

test('names that are not listed keep what was said of them, listed ones do not', () => {
  const before = [
    { country: 'KZ', name: 'Далеко', kind: 'state' },
    { country: 'KZ', name: '«рога и Копыта»', kind: 'state' },
  ];
  expect(namings(before, employers.items, ['', '', ''])).toEqual([before[0]]);
});

test('one that was made as another is open when that is not made any more', () => {
  expect(namings([], employers.items, ['', '', 'like:Рога и копыта'])).toEqual([]);
});

test('likely matches come first, and nothing is offered twice', () => {
  expect(offers(employers, ['kind:ngo', '', ''], 1).map((each) => each.value)).toEqual(['', 'same:a', 'kind:', 'like:Рога и копыта', 'same:b']);
  expect(offers({ ...employers, may_make: false }, ['', '', ''], 0).map((each) => each.value)).toEqual(['', 'same:a', 'same:b']);
});
