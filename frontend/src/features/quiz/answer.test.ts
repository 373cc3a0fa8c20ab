import { describe, expect, test } from 'vitest';
import { assign, encode, isEmpty, move, readNumber, standing, toggle } from './answer.ts';
import type { Prompt } from '../../lib/attempt/types.ts';

const prompt = (part: Partial<Prompt>): Prompt => ({ key: 'q', kind: 'single', points: 1, stem_html: '', ...part });
const labels = (...keys: string[]) => keys.map((key) => ({ key, html: key }));

describe('an empty answer', () => {
  test.each([
    [null],
    [{}],
    [{ choice: '' }],
    [{ choices: [] }],
    [{ pairs: {} }],
    [{ order: [] }],
    [{ text: '  \n' }],
    [{ gaps: { g1: ' ' } }],
  ])('%j is empty and takes the answer back', (content) => {
    expect(isEmpty(content)).toBe(true);
    expect(encode(content ?? {})).toBeNull();
  });

  test.each([[{ choice: 'a' }], [{ choices: ['a'] }], [{ value: false }], [{ pairs: { l: 's1' } }], [{ order: ['s1'] }], [{ groups: { s1: 'c' } }], [{ number: '0' }], [{ text: 'x' }], [{ gaps: { g1: '', g2: 'b' } }]])(
    '%j is an answer, sent as it is',
    (content) => expect(encode(content)).toEqual(content),
  );
});

test('ticks stand in the order of the question, each once', () => {
  const q = prompt({ kind: 'multiple', options: labels('a', 'b', 'c') });
  const both = toggle(q, toggle(q, null, 'c', true), 'a', true);
  expect(both).toEqual({ choices: ['a', 'c'] });
  expect(toggle(q, both, 'a', true)).toEqual(both);
  expect(toggle(q, both, 'c', false)).toEqual({ choices: ['a'] });
});

test('a part is put, changed and taken out without touching the others', () => {
  const one = assign('pairs', null, 'l1', 's2');
  const two = assign('pairs', one, 'l2', 's1');
  expect(two).toEqual({ pairs: { l1: 's2', l2: 's1' } });
  expect(assign('pairs', two, 'l1', '')).toEqual({ pairs: { l2: 's1' } });
  expect(one).toEqual({ pairs: { l1: 's2' } });
});

test.each([
  ['520', '520'],
  [' 1 100 ', '1100'],
  ['1\u00a0100,5', '1100.5'],
  ['\u22123', '-3'],
  ['12.', '12.'],
  ['.5', '.5'],
  ['', ''],
  ['  ', ''],
  ['12 шт', undefined],
  ['-', undefined],
  ['1,2,3', undefined],
  ['0x10', undefined],
  ['1e3', undefined],
])('the number %j is read as %j', (typed, read) => expect(readNumber(typed)).toBe(read));

describe('ordering', () => {
  const q = prompt({ kind: 'ordering', items: labels('s1', 's2', 's3', 's4') });

  test('unanswered items stand as shown; an answer that misses some keeps them behind; strangers are passed over', () => {
    expect(standing(q, null)).toEqual(['s1', 's2', 's3', 's4']);
    expect(standing(q, { order: ['s3', 'zz', 's1'] })).toEqual(['s3', 's1', 's2', 's4']);
  });

  test.each([
    [0, 1, 'b a c'],
    [2, 0, 'c a b'],
    [0, 9, 'b c a'],
    [2, -1, 'c a b'],
    [1, 1, 'a b c'],
    [7, 0, 'a b c'],
  ])('from %i to %i gives %s', (from, to, want) => expect(move(['a', 'b', 'c'], from, to).join(' ')).toBe(want));

  test('moving changes nothing of what was given', () => {
    const before = ['a', 'b'];
    move(before, 0, 1);
    expect(before).toEqual(['a', 'b']);
  });
});
