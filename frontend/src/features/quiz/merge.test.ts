import { describe, expect, test } from 'vitest';
import { merge, waiting } from './merge.ts';

const answer = (revision: number, choice: string, late = false) => ({ revision, content: { choice }, late });

describe('merging', () => {
  test('the highest revision of each question wins, whoever has it', () => {
    const mine = { q1: answer(5, 'mine'), q2: answer(1, 'old') };
    const theirs = { q1: answer(4, 'old'), q2: answer(2, 'theirs'), q3: answer(1, 'new') };
    const out = merge(mine, theirs);
    expect(Object.fromEntries(Object.entries(out).map(([q, a]) => [q, a.content?.choice]))).toEqual({ q1: 'mine', q2: 'theirs', q3: 'new' });
  });

  test('the order of arrival changes nothing', () => {
    const parts = [{ q: answer(1, 'a') }, { q: answer(3, 'c') }, { q: answer(2, 'b') }];
    const ways = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 1, 0]];
    const results = ways.map((way) => way.reduce((all, i) => merge(all, parts[i] ?? {}), {}));
    for (const result of results) expect(result).toEqual({ q: answer(3, 'c') });
  });

  test('nothing new gives the same object, so that nothing is drawn again', () => {
    const mine = { q: answer(2, 'a') };
    expect(merge(mine, { q: answer(1, 'x') })).toBe(mine);
    expect(merge(mine, { q: answer(2, 'a') })).toBe(mine);
  });

  test('that an answer came late is learnt later and never forgotten', () => {
    const told = merge({ q: answer(2, 'a') }, { q: answer(2, 'a', true) });
    expect(told['q']?.late).toBe(true);
    expect(merge(told, { q: answer(2, 'a') })['q']?.late).toBe(true);
  });

  test('an answer taken back is newer than what it takes back', () => {
    expect(merge({ q: answer(1, 'a') }, { q: { revision: 2, content: null, late: false } })['q']?.content).toBeNull();
  });
});

describe('what waits in the outbox', () => {
  const entry = (question_key: string, revision: number, choice: string) => ({ path: `/api/v1/attempts/1/answers/${revision}`, body: { question_key, revision, content: { choice } } });

  test('the newest of each question is taken, wherever it stands in the queue', () => {
    expect(waiting([entry('q1', 7, 'b'), entry('q1', 6, 'a'), entry('q2', 8, 'c')])).toEqual({ q1: answer(7, 'b'), q2: answer(8, 'c') });
  });

  test('handing in and other acts are no answers', () => {
    expect(waiting([{ path: '/api/v1/attempts/1/submit', body: {} }, { path: '/api/v1/attempts/1/answers/9', body: null }])).toEqual({});
  });
});
