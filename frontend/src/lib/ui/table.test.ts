import { expect, test } from 'vitest';
import { press, sortRows, type Column } from './table.ts';

interface Person {
  name: string;
  score: number;
}
const rows: Person[] = [{ name: 'b', score: 10 }, { name: 'a', score: 9 }, { name: 'c', score: 9 }];
const columns: Column<Person>[] = [
  { id: 'name', label: 'Name', text: (p) => p.name },
  { id: 'score', label: 'Score', text: (p) => p.score },
  { id: 'own', label: 'Own', text: () => '', sort: (a, b) => b.name.localeCompare(a.name) },
];
const words = (a: string, b: string) => a.localeCompare(b);
const names = (id: string, down = false) => sortRows(rows, columns, { id, down }, words).map((p) => p.name).join('');

test('words, numbers and own orders', () => {
  expect([names('name'), names('name', true), names('own')]).toEqual(['abc', 'cba', 'cba']);
});
test('numbers are not sorted as words, and equal rows keep their place both ways', () => {
  expect([names('score'), names('score', true)]).toEqual(['acb', 'bac']);
});
test('no order, or an unknown one, leaves the rows as they came', () => {
  expect(sortRows(rows, columns, undefined, words)).toBe(rows);
  expect(names('other')).toBe('bac');
});
test('a second press turns the order, another column begins upwards', () => {
  const first = press(undefined, 'a');
  expect([first, press(first, 'a'), press({ id: 'a', down: true }, 'b')]).toEqual([{ id: 'a', down: false }, { id: 'a', down: true }, { id: 'b', down: false }]);
});
