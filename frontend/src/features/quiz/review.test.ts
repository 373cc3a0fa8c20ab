import { describe, expect, test } from 'vitest';
import { gapRows, optionRows, orderRows, partRows, writtenRight } from './review.ts';
import type { Prompt, QuestionReview } from '../../lib/attempt/types.ts';

const labels = (...keys: string[]) => keys.map((key) => ({ key, html: key.toUpperCase() }));
const prompt = (part: Partial<Prompt>): Prompt => ({ key: 'q', kind: 'single', points: 1, stem_html: '', ...part });
const review = (part: Partial<QuestionReview>): QuestionReview => ({ state: 'partly', points: 0.5, max: 1, right: {}, feedback: {}, sources: [], ...part });

describe('options', () => {
  test('a wrong choice, the right one beside it, and a reason for each', () => {
    const rows = optionRows(labels('a', 'b', 'c'), { choice: 'a' }, review({ right: { choice: 'b' }, feedback: { a: 'no', b: 'yes' } }));
    expect(rows.map(({ key, chosen, isRight, ok, feedback }) => [key, chosen, isRight, ok, feedback])).toEqual([
      ['a', true, false, false, 'no'],
      ['b', false, true, undefined, 'yes'],
      ['c', false, false, undefined, undefined],
    ]);
  });

  test('"false" is an answer, and nothing is none', () => {
    const right = review({ right: { value: false } });
    expect(optionRows(labels('true', 'false'), { value: false }, right).map((row) => row.ok)).toEqual([undefined, true]);
    expect(optionRows(labels('true', 'false'), null, right).some((row) => row.chosen)).toBe(false);
  });
});

test('the right place is told only where another or none was given', () => {
  const q = prompt({ kind: 'matching', left: labels('l1', 'l2', 'l3'), right: labels('s1', 's2') });
  const rows = partRows(q, { pairs: { l1: 's1', l2: 's1' } }, review({ right: { pairs: { l1: 's1', l2: 's2', l3: 's1' } } }));
  expect(rows.map(({ given, ok, right }) => [given, ok, right])).toEqual([
    ['S1', true, undefined],
    ['S1', false, 'S2'],
    [undefined, undefined, 'S1'],
  ]);
});

test('an order is shown as it should be, with the place that was given', () => {
  const q = prompt({ kind: 'ordering', items: labels('s1', 's2', 's3') });
  const rows = orderRows(q, { order: ['s2', 's1', 's3'] }, review({ right: { order: ['s1', 's2', 's3'] } }));
  expect(rows.map(({ given, ok }) => [given, ok])).toEqual([['2', false], ['1', false], ['3', true]]);
  expect(orderRows(q, null, review({ right: { order: ['s1'] } }))[0]?.given).toBeUndefined();
});

test('gaps: chosen words, typed words and every accepted variant', () => {
  const q = prompt({ kind: 'cloze', cloze: [{ text: 'x ' }, { gap: 'g1', options: [{ key: 'a', text: 'Anna' }, { key: 'b', text: 'Boris' }] }, { gap: 'g2' }] });
  const rows = gapRows(q, { gaps: { g1: 'b', g2: 'whatever' } }, review({ right: { gaps: { g1: 'a', g2: 'one' } }, parts: { g1: false, g2: true }, accepted: { g2: ['one', 'other'] } }));
  expect(rows.map(({ given, ok, right }) => [given, ok, right])).toEqual([['Boris', false, 'Anna'], ['whatever', true, undefined]]);
  expect(gapRows(q, null, review({ right: {}, accepted: { g2: ['one', 'other'] } }))[1]?.right).toBe('one · other');
});

test('a written answer shows all variants, or the number', () => {
  expect(writtenRight(review({ right: { text: 'debt' }, accepted: { '': ['debt', 'долг'] } }))).toEqual(['debt', 'долг']);
  expect(writtenRight(review({ right: { number: '520' } }))).toEqual(['520']);
  expect(writtenRight(review({}))).toEqual([]);
});
