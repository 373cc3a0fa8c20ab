import { beforeEach, expect, test, vi } from 'vitest';
import { dropUnsaved, keepUnsaved, readUnsaved } from './unsaved.ts';

let store: Map<string, string>;
beforeEach(() => {
  store = new Map();
  vi.stubGlobal('localStorage', { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v), removeItem: (k: string) => store.delete(k) });
});

test('what was typed is there after a reload, until somebody saves or goes back to what was', () => {
  const saved = { title: 'A' };
  const start = JSON.stringify(saved);
  keepUnsaved('form', saved, { title: 'AB' }, start);
  expect(readUnsaved('form', saved)).toEqual({ title: 'AB' });
  expect(readUnsaved('other', saved)).toBeUndefined();
  keepUnsaved('form', saved, { title: 'A' }, start);
  expect(readUnsaved('form', saved)).toBeUndefined();
  keepUnsaved('form', saved, { title: 'AB' }, start);
  dropUnsaved('form');
  expect(readUnsaved('form', saved)).toBeUndefined();
});

test('the server may give what was saved with its members in another order', () => {
  keepUnsaved('form', { title: { ru: 'Б', en: 'A' }, hours: '1' }, 1, '');
  expect(readUnsaved('form', { hours: '1', title: { en: 'A', ru: 'Б' } })).toBe(1);
  expect(readUnsaved('form', { hours: '2', title: { en: 'A', ru: 'Б' } })).toBeUndefined();
});

test('it does not come over what somebody else saved meanwhile', () => {
  keepUnsaved('form', { title: 'A' }, { title: 'AB' }, '');
  expect(readUnsaved('form', { title: 'B' })).toBeUndefined();
});
