import { expect, test } from 'vitest';
import { Drafts } from './drafts.ts';

function shelf() {
  const kept = new Map<string, string>();
  return { kept, getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
}

test('what was typed is there after a reload, until the outbox has it', () => {
  const store = shelf();
  new Drafts('a', () => store).put('q', { revision: 1, content: { text: 'begun' } });
  const after = new Drafts('a', () => store);
  expect(after.all).toEqual({ q: { revision: 1, content: { text: 'begun' } } });
  after.drop('q', 1);
  expect(new Drafts('a', () => store).all).toEqual({});
  expect(store.kept.size).toBe(0);
});

test('a newer draft outlives the sending of an older one', () => {
  const drafts = new Drafts('a', () => shelf());
  drafts.put('q', { revision: 1, content: { text: 'a' } });
  drafts.put('q', { revision: 2, content: { text: 'ab' } });
  drafts.drop('q', 1);
  expect(drafts.all['q']?.revision).toBe(2);
});

test('attempts do not see each other’s drafts', () => {
  const store = shelf();
  new Drafts('a', () => store).put('q', { revision: 1, content: null });
  expect(new Drafts('b', () => store).all).toEqual({});
});

test('storage that is off or holds something foreign is no obstacle', () => {
  const off = () => {
    throw new DOMException('off', 'SecurityError');
  };
  const drafts = new Drafts('a', off);
  drafts.put('q', { revision: 1, content: null });
  expect(drafts.all['q']?.revision).toBe(1);
  expect(new Drafts('a', () => ({ ...shelf(), getItem: () => 'not json' })).all).toEqual({});
});
