import { expect, test } from 'vitest';
import { openIn, restored, sortedOf } from './desk.ts';
import type { DeskFile } from './types.ts';

const label = (key: string) => ({ key, html: key });
const file: DeskFile = {
  title: 'A yard',
  intro: '',
  elements: ['act', 'means', 'purpose', 'none'],
  weights: ['none', 'weak', 'strong'],
  documents: [{ key: 'd', kind: 'note', title: 'Note', html: '', facts: ['f1', 'f2'] }],
  facts: [label('f1'), label('f2')],
  indicators: [label('i1')],
  conclusions: [label('refer'), label('wait')],
  sources: [],
};

test('a draft comes back as it was, with its id', () => {
  const draft = { id: 'x', sorted: { f1: 'act' }, weighed: { i1: 'weak' }, conclusion: 'refer' };
  expect(restored(file, draft, 'new')).toEqual(draft);
});

test('what the file no longer has is left out, and an empty draft has a fresh id', () => {
  const draft = { sorted: { f1: 'deed', f9: 'act' }, weighed: { i9: 'weak', i1: 7 }, conclusion: 'confirm' };
  expect(restored(file, draft, 'new')).toEqual({ id: 'new', sorted: {}, weighed: {}, conclusion: '' });
  expect(restored(file, { sorted: 'x' }, 'new').sorted).toEqual({});
});

test('in a child’s case nothing is kept under means', () => {
  const child: DeskFile = { ...file, elements: ['act', 'purpose', 'none'] };
  expect(restored(child, { sorted: { f1: 'means', f2: 'none' } }, 'new').sorted).toEqual({ f2: 'none' });
});

test('what is open is counted', () => {
  const work = restored(file, { sorted: { f2: 'none' } }, 'new');
  expect(openIn(file, work)).toEqual({ facts: 1, indicators: 1, conclusion: true });
  expect(sortedOf(work, ['f1', 'f2'])).toBe(1);
  expect(sortedOf(work, null)).toBe(0);
});
