import { describe, expect, test } from 'vitest';
import { newestNotes, Sorting } from './notes.ts';
import { elementsOf, verdict } from './words.ts';
import type { InterviewScores } from '../../lib/attempt/types.ts';

const scores: InterviewScores = {
  indicators: 95, reasoning: 70, ethics: 90, referral: 40, passed: false, end: 'referred',
  passed_each: { indicators: true, reasoning: true, ethics: false, referral: false },
  seen: [], missed: [], false_alarms: [], sorting: [], faults: [], steps_owed: [], replay: [],
};

test.each([
  ['indicators', 'interview.veryGood'],
  ['reasoning', 'interview.good'],
  ['ethics', 'interview.lookAgain'], // a grave fault: the figure is high, the word is not
  ['referral', 'interview.lookAgain'],
] as const)('the score of %s is said as %s', (name, word) => expect(verdict(scores, name)).toBe(word));

test('a child’s case asks for no means', () => {
  expect(elementsOf(true)).toEqual(['act', 'purpose', 'none']);
  expect(elementsOf(false)).toContain('means');
});

describe('the notebook', () => {
  test('the newer one counts, and an equal one is no news', () => {
    const mine = { revision: 2, noted: ['a'] };
    expect(newestNotes(mine, { revision: 3, noted: [] })).toEqual({ revision: 3, noted: [] });
    expect(newestNotes(mine, { revision: 2, noted: ['b'] })).toBe(mine);
    expect(newestNotes(mine, { revision: 1, noted: ['b'] })).toBe(mine);
  });

  test('without storage the sorting is empty and nothing throws', () => {
    const sorting = new Sorting('1');
    sorting.write({ f: 'act' });
    expect(sorting.read()).toEqual({});
    sorting.forget();
  });
});
