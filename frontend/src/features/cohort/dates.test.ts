import { beforeAll, expect, test } from 'vitest';
import { useLang } from '../../lib/text/text.svelte.ts';
import { fromField, knownZone, toField } from '../../lib/staff/moment.ts';
import { faultsOfDates } from './dates.ts';

beforeAll(() => useLang('en', 'staff'));
const fields = { due: '', starts: '', ends: '', place: '', link: '' };

test('an end needs a beginning before it', () => {
  expect(faultsOfDates({ ...fields, starts: '2026-03-01T10:00', ends: '2026-03-01T10:00' })['ends_at']).toBeTruthy();
  expect(faultsOfDates({ ...fields, ends: '2026-03-01T10:00' })['ends_at']).toBeTruthy();
  expect(faultsOfDates({ ...fields, starts: '2026-03-01T10:00', ends: '2026-03-01T12:00' })['ends_at']).toBeUndefined();
});

test('a link is a whole https address, or nothing', () => {
  const link = (text: string) => Boolean(faultsOfDates({ ...fields, link: text })['link']);
  expect([link(''), link('https://meet.example.org/a'), link('meet.example.org'), link('javascript:alert(1)')]).toEqual([false, false, true, true]);
});

test('a moment survives the way into a field and back; nonsense becomes nothing', () => {
  expect(fromField(toField('2026-11-21T20:05:00Z'))).toBe('2026-11-21T20:05:00.000Z');
  expect([toField(undefined), toField('soon'), fromField(''), fromField('x')]).toEqual(['', '', undefined, undefined]);
});

test('zones are known by their full names', () => {
  expect([knownZone('Asia/Almaty'), knownZone('Asia/Atlantis'), knownZone('UTC'), knownZone('')]).toEqual([true, false, false, false]);
});
