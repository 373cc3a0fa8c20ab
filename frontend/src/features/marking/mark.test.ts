import { expect, test } from 'vitest';
import { dropDraft, emptyDraft, keepDraft, readDraft } from './drafts.ts';
import { markOf, readPoints, rubricSum } from './mark.ts';
import type { MarkItem } from '../../lib/api/staff.ts';

const open: MarkItem = { id: 'a:1:q', kind: 'open', person: { name: 'A' }, activity_title: 'Quiz', points_max: 4, waiting_since: '2026-01-01T00:00:00Z' };
const rubric = [{ key: 'a', title: 'A', points: 2 }, { key: 'b', title: 'B', points: 3 }];

test('points are read with a comma or a point, and nothing else is taken for a number', () => {
  expect(['1,5', '2.25', ' 3 ', '0'].map(readPoints)).toEqual([1.5, 2.25, 3, 0]);
  expect(['', 'x', '-1', '1e3', '1,2,3'].map(readPoints)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test('a mark has points within the question, and a comment without blanks at its ends', () => {
  expect(markOf(open, { ...emptyDraft(), points: '4', comment: ' good ' })).toEqual({ points: 4, comment: 'good' });
  expect(markOf(open, { ...emptyDraft(), points: '4,5' })).toEqual({ fault: 'points' });
});

test('a rubric needs points in each line; the sum is theirs', () => {
  const item: MarkItem = { ...open, kind: 'file', rubric, points_max: 5 };
  expect(markOf(item, { ...emptyDraft(), rubric: { a: '1' } })).toEqual({ fault: 'rubric' });
  expect(markOf(item, { ...emptyDraft(), rubric: { a: '1', b: '3' } })).toEqual({ rubric: { a: 1, b: 3 }, comment: '' });
  expect([rubricSum(rubric, { a: '2', b: '3' }), rubricSum(rubric, { a: '3', b: '3' })]).toEqual([5, undefined]);
});

test('what bears no points needs a comment', () => {
  const item: MarkItem = { ...open, kind: 'worksheet', points_max: 0 };
  expect(markOf(item, { ...emptyDraft(), comment: '  ' })).toEqual({ fault: 'comment' });
  expect(markOf(item, { ...emptyDraft(), comment: 'seen' })).toEqual({ comment: 'seen' });
});

test('a draft survives a reload, is one marker’s own, and goes when it is empty or sent', () => {
  const kept = new Map<string, string>();
  const store = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v), removeItem: (k: string) => void kept.delete(k) };
  keepDraft(store, 'me', 'a:1:q', { ...emptyDraft(), comment: 'almost' });
  expect(readDraft(store, 'me', 'a:1:q')?.comment).toBe('almost');
  expect(readDraft(store, 'other', 'a:1:q')).toBeUndefined();
  keepDraft(store, 'me', 'a:1:q', emptyDraft());
  expect(kept.size).toBe(0);
  keepDraft(store, 'me', 'a:1:q', { ...emptyDraft(), points: '2' });
  dropDraft(store, 'me', 'a:1:q');
  expect(kept.size).toBe(0);
  kept.set('mostik.mark.me.x', '{broken');
  expect(readDraft(store, 'me', 'x')).toBeUndefined();
});

test('a device that keeps nothing does not stop the work', () => {
  const full = { setItem: () => { throw new Error('full'); }, removeItem: () => { throw new Error('off'); } };
  expect(keepDraft(full, 'me', 'i', { ...emptyDraft(), points: '1' })).toBe(false);
  expect(() => dropDraft(full, 'me', 'i')).not.toThrow();
});
