import { describe, expect, test, vi } from 'vitest';
import { Kept, newestNotes } from './notes.ts';
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

  test('without storage nothing is kept and nothing throws', () => {
    const kept = new Kept<string>('sorting', '1');
    kept.write('x');
    expect(kept.read()).toBeUndefined();
    kept.write(undefined);
  });

  test('what is kept is there for the same attempt only, until it is taken away', () => {
    const shelf = new Map<string, string>();
    vi.stubGlobal('sessionStorage', { getItem: (key: string) => shelf.get(key) ?? null, setItem: (key: string, value: string) => void shelf.set(key, value), removeItem: (key: string) => void shelf.delete(key) });
    new Kept<number[]>('sorting', '1').write([1]);
    expect(new Kept<number[]>('sorting', '1').read()).toEqual([1]);
    expect(new Kept<number[]>('sorting', '2').read()).toBeUndefined();
    new Kept<number[]>('sorting', '1').write(undefined);
    expect(shelf.size).toBe(0);
  });
});
