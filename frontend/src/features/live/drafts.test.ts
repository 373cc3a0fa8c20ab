import { beforeEach, expect, test, vi } from 'vitest';
import { Drafts } from './drafts.svelte.ts';

let store: Map<string, string>;
beforeEach(() => {
  store = new Map();
  vi.stubGlobal('sessionStorage', { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => store.set(k, v), removeItem: (k: string) => store.delete(k) });
});

test('what was written is there after a reload, in its own room, and not after leaving', () => {
  const drafts = new Drafts('demo.');
  drafts.keep({ chat: 'Здравст', notes: { text: 'План', base: 3 } });
  expect(new Drafts('demo.').now).toMatchObject({ chat: 'Здравст', notes: { text: 'План', base: 3 }, question: '' });
  expect(new Drafts('other.').now.chat).toBe('');
  drafts.drop();
  expect(new Drafts('demo.').now.chat).toBe('');
});

test('what could not be sent comes back and takes nothing away', () => {
  const drafts = new Drafts('demo.');
  drafts.giveBack('chat', 'first');
  expect(drafts.now.chat).toBe('first');
  drafts.keep({ chat: 'second' });
  drafts.giveBack('chat', 'first');
  expect(drafts.now.chat).toBe('first\nsecond');
});

test('a store that is closed or broken costs nothing but the reload', () => {
  store.set('mostik.live.drafts.demo.', 'no json');
  expect(new Drafts('demo.').now.chat).toBe('');
  const closed = () => {
    throw new Error('closed');
  };
  vi.stubGlobal('sessionStorage', { getItem: closed, setItem: closed, removeItem: closed });
  const drafts = new Drafts('demo.');
  drafts.keep({ question: 'Почему?' });
  expect(drafts.now.question).toBe('Почему?');
});
