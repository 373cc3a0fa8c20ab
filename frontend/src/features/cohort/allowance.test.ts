import { beforeAll, expect, test } from 'vitest';
import { useLang } from '../../lib/text/text.svelte.ts';
import { faultsOfAllowance, readWhole } from './allowance.ts';

beforeAll(() => useLang('en', 'staff'));
const good = { activity: 'test', attempts: '1', minutes: '', reason: 'Power cut' };
const blamed = (fields: typeof good) => Object.entries(faultsOfAllowance(fields)).filter(([, fault]) => fault).map(([name]) => name);

test('one attempt with a reason is enough', () => {
  expect(blamed(good)).toEqual([]);
});
test('nothing, too much, no number and no reason are each blamed at their field', () => {
  expect(blamed({ ...good, attempts: '0' })).toEqual(['extra_attempts']);
  expect(blamed({ ...good, attempts: '21', minutes: '601' })).toEqual(['extra_attempts', 'extra_minutes']);
  expect(blamed({ ...good, minutes: '1.5' })).toEqual(['extra_minutes']);
  expect(blamed({ ...good, reason: ' ' })).toEqual(['reason']);
});
test('an empty field is nothing, and a word is no number', () => {
  expect([readWhole(''), readWhole(' 7 '), readWhole('x'), readWhole('-1')]).toEqual([0, 7, undefined, undefined]);
});
