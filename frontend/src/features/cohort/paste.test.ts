import { expect, test } from 'vitest';
import { lookUp, matchOf, readPaste } from './paste.ts';
import type { PersonRow } from '../../lib/api/staff.ts';

const person = (id: string, login: string | null, email: string | null): PersonRow => ({ id, name: id, login, email, country: 'KZ', roles: [], state: 'active' });
const people = [person('1', 'asel', 'asel@example.org'), person('2', 'asel2', null), person('3', null, 'Ivan@Example.org')];

test('lines, commas, semicolons and repeats', () => {
  expect(readPaste(' asel,ivan@example.org\n\nAsel;\tdana ')).toEqual(['asel', 'ivan@example.org', 'dana']);
  expect(readPaste(' \n ')).toEqual([]);
});

test('only the very login or e-mail counts, whatever its case', () => {
  expect([matchOf('asel', people)?.id, matchOf('ase', people), matchOf('IVAN@example.org', people)?.id]).toEqual(['1', undefined, '3']);
});

test('a person named twice is enrolled once; who is not found is told; each step is heard', async () => {
  const steps: number[] = [];
  const looked = await lookUp(['asel', 'asel@example.org', 'nobody'], async () => ({ items: people }), (n) => steps.push(n));
  expect(looked.found.map((each) => each.id)).toEqual(['1']);
  expect(looked.missing).toEqual(['nobody']);
  expect(steps).toEqual([1, 2, 3]);
});
