import { beforeAll, expect, test } from 'vitest';
import more from '../../lib/text/catalog/en/acts.ts';
import en from '../../lib/text/catalog/en/staff.ts';
import { useLang } from '../../lib/text/text.svelte.ts';
import { acts, actName, detailText, subjectLink, subjectName } from './acts.ts';

beforeAll(() => useLang('en', 'staff'));

test('every act of the filter has words; an unknown one is shown by its code', () => {
  expect(acts.filter((act) => !(`act.${act}` in en || `act.${act}` in more))).toEqual([]);
  expect(actName('moon.paint')).toBe('moon.paint');
});

test('the detail leaves ids out and keeps counts and codes', () => {
  expect(detailText({ people: 12, cohort: '0198c0de-1111-7222-8333-444455556666', role: 'trainer', scope: { kind: 'all' } })).toBe('people: 12, role: trainer, scope: kind all');
  expect(detailText({ corrected: ['title', 'hours'], digest: 'ab'.repeat(32) })).toBe('corrected: title, hours, digest: abababababab…');
  expect(detailText(undefined)).toBe('');
});

test('a subject is named with its label and leads to its page', () => {
  const event = { at: '', action: 'person.block', subject_kind: 'person', subject_id: 'p 1', subject_label: 'A B' };
  expect([subjectName(event), subjectLink(event)]).toEqual(['Person: A B', '/admin/people/p%201']);
  expect(subjectLink({ ...event, subject_kind: 'post' })).toBeUndefined();
});
