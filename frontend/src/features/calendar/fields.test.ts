import { expect, test } from 'vitest';
import { bodyOf, faultsIn, fieldsOf, noCohort, planned, tidied } from './fields.ts';
import type { Plan } from './types.ts';

const plan: Plan = {
  id: 'w1', title: 'Burnout', language: 'ru', agenda: [{ title: 'Hello', minutes: 15 }, { title: 'Talk' }],
  starts_at: '2026-11-21T10:00:00.000Z', ends_at: '2026-11-21T12:00:00.000Z', cohort_id: 'c1', activity_key: 'm6-webinar', country: 'KZ',
  centre_ids: ['a'], hosts: [{ id: 'h', name: 'Host' }], speakers: [{ id: 's', name: 'Speaker' }],
  guests: [{ name: 'Expert', email: 'expert@example.org', language: 'sk', path: '/guest/x' }], waiting_room: false, cancelled: false, guest_path: '/guest/y',
};

test('a plan that nobody touched is sent as it came', () => {
  expect(bodyOf(fieldsOf(plan, 'en', 0), true)).toEqual({
    title: 'Burnout', language: 'ru', starts_at: plan.starts_at, ends_at: plan.ends_at,
    agenda: [{ title: 'Hello', minutes: 15 }, { title: 'Talk', minutes: 0 }], cohort_id: 'c1', activity_key: 'm6-webinar',
    centre_ids: ['a'], host_ids: ['h'], speaker_ids: ['s'], guests: [{ name: 'Expert', email: 'expert@example.org', language: 'sk' }], waiting_room: false,
  });
});

test('a webinar is taken out of its cohort, and gets a country instead', () => {
  const fields = { ...fieldsOf(plan, 'en', 0), cohort: '', country: 'RU' };
  expect(bodyOf(fields, true)).toMatchObject({ cohort_id: noCohort, activity_key: '', country: 'RU' });
  expect(bodyOf(fields, false)).not.toHaveProperty('cohort_id');
});

test('a new webinar begins at a full hour tomorrow and has a waiting room', () => {
  const fields = fieldsOf(undefined, 'kk', Date.parse('2026-11-21T10:20:00Z'));
  expect(bodyOf(fields, false)).toMatchObject({ language: 'kk', starts_at: '2026-11-22T11:00:00.000Z', ends_at: '2026-11-22T12:30:00.000Z', waiting_room: true });
});

test('faults are found at their place, and empty lines are none', () => {
  const fields = fieldsOf(plan, 'en', 0);
  fields.title = ' ';
  fields.length = '0';
  fields.agenda.push({ title: '', minutes: '' }, { title: '', minutes: '5' }, { title: 'Long', minutes: '601' });
  fields.guests.push({ name: '', email: '', language: 'ru' }, { name: 'No address', email: '', language: 'ru' });
  expect(faultsIn(tidied(fields))).toEqual({ missing: ['title', 'agenda/2/title', 'guests/1/email'], length: true, minutes: [3] });
  expect(planned(fields)).toBe(621);
});
