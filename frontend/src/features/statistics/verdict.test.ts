import { expect, test } from 'vitest';
import { byNeed, needsLook, shareOf, verdictOf } from './verdict.ts';
import type { QuestionStats } from '../../lib/api/staff.ts';

const question = (key: string, n: number, verdict?: QuestionStats['verdict']): QuestionStats => ({
  key, activity_key: 'quiz', activity_title: '', kind: 'single', stem_text: key, n, difficulty: 0.5, discrimination: 0.3, ...(verdict ? { verdict } : {}),
});

test('nine answers judge nothing, ten do', () => {
  expect([verdictOf(question('a', 9, 'weak')), verdictOf(question('a', 10, 'weak')), verdictOf(question('a', 10))]).toEqual([undefined, 'weak', 'ok']);
  expect([needsLook(question('a', 9, 'weak')), needsLook(question('a', 10, 'weak')), needsLook(question('a', 10, 'ok'))]).toEqual([false, true, false]);
});

test('a wrong option that attracts the best stands first, and the rest keep their order', () => {
  const list = [question('1', 20, 'ok'), question('2', 20, 'too-easy'), question('3', 20, 'distractor'), question('4', 3, 'weak')];
  expect(byNeed(list).map((each) => each.key)).toEqual(['3', '2', '1', '4']);
});

test('nobody is no share', () => {
  expect([shareOf(0, 0), shareOf(1, 4)]).toEqual([0, 0.25]);
});
