import { expect, test } from 'vitest';
import { group, leaf, readRule, writeRule } from './rule.ts';

const whole = {
  all: [
    { course: 'trafficking', min_percent: 75 },
    { at_least: 2, of: [{ course: 'a' }, { webinar: 'b', share: 60 }, { day: 'c', days: 2 }] },
    { any: [{ webinar: 'opening' }, { quiz: 'recording', min_percent: 80 }] },
    { practice: 'meeting' },
    { evidence: 'aid', months: 36 },
    { programme: 'basic' },
  ],
};

test('a rule is written as it was read', () => {
  const read = readRule(whole);
  expect(read && writeRule(read)).toEqual(whole);
});

test('what is meant without being written is shown and not written', () => {
  expect(readRule({ webinar: 'w' })?.least).toBe('85');
  expect(writeRule(leaf('webinar', 'w'))).toEqual({ webinar: 'w' });
  expect(writeRule(leaf('course', 'c'))).toEqual({ course: 'c' });
});

test('what is no number goes to the server as it was typed', () => {
  expect(writeRule({ ...leaf('quiz', 'q'), least: 'most' })).toEqual({ quiz: 'q', min_percent: 'most' });
  expect(writeRule({ ...group('at_least', [leaf('course', 'c')]), count: '' })).toEqual({ at_least: '', of: [{ course: 'c' }] });
});

test('what is no rule is none', () => {
  for (const raw of [null, undefined, 7, 'all', {}, { share: 4 }]) expect(readRule(raw)).toBeUndefined();
});
