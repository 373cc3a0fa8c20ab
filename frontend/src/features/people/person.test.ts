import { beforeAll, expect, test } from 'vitest';
import { useLang } from '../../lib/text/text.svelte.ts';
import { bodyOf, faultsOfPerson, fieldsOf } from './person.ts';
import type { Person } from '../../lib/api/staff.ts';

beforeAll(() => useLang('en', 'staff'));
const empty = fieldsOf(undefined, 'KZ', 'ru');
const person: Person = {
  id: '1', given_name: 'Әсел', family_name: 'Нұрланова', email: 'a@example.org', login: 'asel', language: 'kk', country: 'KZ', phone: '+7 701', job: 'lawyer',
  centre: { id: 'c', name: 'Алматы' }, organisation: null, state: 'active', roles: [],
};
const blamed = (fields: typeof empty) => Object.entries(faultsOfPerson(fields)).filter(([, fault]) => fault).map(([name]) => name);

test('a name is needed, and nothing else: a login is made where none is given', () => {
  expect(blamed(empty)).toEqual(['given_name', 'family_name']);
  expect(blamed({ ...empty, given: 'A', family: 'B', login: 'ab' })).toEqual([]);
});

test('an address without a domain is blamed', () => {
  expect(blamed({ ...empty, given: 'A', family: 'B', email: 'a@b' })).toEqual(['email']);
});

test('the Latin name is what was typed, and empty when nothing was', () => {
  expect(bodyOf({ ...empty, given: 'Әсел', family: 'Н' })).toMatchObject({ latin_given: '', latin_family: '' });
});

test('what was there and is emptied is sent empty; what never was is left out', () => {
  const body = bodyOf({ ...fieldsOf(person, '', ''), email: '', centre: '' }, person);
  expect(body).toMatchObject({ email: '', centre_id: '', login: 'asel' });
  expect(Object.keys(bodyOf({ ...empty, given: 'A', family: 'B', login: 'c' }))).not.toContain('email');
  expect(Object.keys(body)).not.toContain('organisation_id');
});
