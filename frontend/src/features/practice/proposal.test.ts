import { expect, test } from 'vitest';
import { chosen, contested, differing, inWords, same, seen } from './proposal.ts';
import type { ProposalItem } from './types.ts';

const share: ProposalItem = { key: 'share', kind: 'choices', label: 'Share', options: [{ key: 'a', text: 'Name' }, { key: 'b', text: 'File' }] };
const why: ProposalItem = { key: 'why', kind: 'text', label: 'Why' };

test('the order of ticks makes no difference, and nothing is nothing', () => {
  expect(same({ chosen: ['a', 'b'] }, { chosen: ['b', 'a'] })).toBe(true);
  expect(same(undefined, {})).toBe(true);
  expect(same({ text: 'x' }, { text: 'y' })).toBe(false);
});

test('what one types stands over what is at the table', () => {
  const there = { why: { text: 'theirs' }, share: { chosen: ['a'] } };
  expect(seen({ why: { text: 'mine' } }, there)).toEqual({ why: { text: 'mine' }, share: { chosen: ['a'] } });
});

test('a change that arrived at the table is no change any more', () => {
  expect(differing({ why: { text: 'so' }, share: { chosen: ['b'] } }, { why: { text: 'so' } })).toEqual({ share: { chosen: ['b'] } });
});

test('only what both changed otherwise is contested', () => {
  const before = { why: { text: 'old' }, share: { chosen: ['a'] } };
  const there = { why: { text: 'theirs' }, share: { chosen: ['a'] } };
  expect(contested({ why: { text: 'mine' }, share: { chosen: ['b'] } }, before, there)).toEqual(['why']);
  expect(contested({ why: { text: 'theirs' } }, before, there)).toEqual([]);
});

test('values in words, and pressing', () => {
  expect(inWords(share, { chosen: ['b', 'a'] })).toBe('Name; File');
  expect(inWords(why, undefined)).toBe('');
  expect(chosen(share, { chosen: ['a'] }, 'a')).toEqual({ chosen: [] });
  expect(chosen(share, { chosen: ['a'] }, 'b')).toEqual({ chosen: ['a', 'b'] });
  expect(chosen({ ...share, kind: 'choice' }, { chosen: ['a'] }, 'b')).toEqual({ chosen: ['b'] });
});
