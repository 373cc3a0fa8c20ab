import { expect, test } from 'vitest';
import { inRoom, tidyPoll, type NewPoll } from './poll.ts';

const poll = (part: Partial<NewPoll>): NewPoll => ({ question: 'Tired?', kind: 'single', options: ['yes', 'no'], right: [], anonymous: false, reveal: false, ...part });

test('answers that were left empty go, and the right one keeps its mark', () => {
  expect(tidyPoll(poll({ kind: 'quiz', options: ['', ' three ', 'five'], right: [2] }))).toEqual(poll({ kind: 'quiz', options: ['three', 'five'], right: [1] }));
});
test('a poll needs a question and two answers, a quiz its right one, a scale nothing more', () => {
  expect(tidyPoll(poll({ question: ' ' }))).toBe('poll.needTwo');
  expect(tidyPoll(poll({ options: ['yes', ' '] }))).toBe('poll.needTwo');
  expect(tidyPoll(poll({ kind: 'quiz' }))).toBe('poll.needRight');
  expect(tidyPoll(poll({ kind: 'quiz', options: ['a', 'b', ' '], right: [2] }))).toBe('poll.needRight');
  expect(tidyPoll(poll({ kind: 'scale', options: ['', ''], right: [0] }))).toEqual(poll({ kind: 'scale', options: [] }));
});
test('a room takes options by keys', () => {
  expect(inRoom(poll({ kind: 'quiz', right: [1] }))).toEqual({ options: [{ key: 'o1', text: 'yes' }, { key: 'o2', text: 'no' }], right: ['o2'] });
  expect(inRoom(poll({ kind: 'scale', options: [] })).options).toHaveLength(5);
});
