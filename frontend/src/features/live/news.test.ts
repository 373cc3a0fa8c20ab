import { expect, test } from 'vitest';
import { RoomState } from '../../lib/call/state.ts';
import { news } from './news.ts';

function room() {
  const state = new RoomState();
  const put = (part: string, key: string, item: object) => state.take({ t: 'put', d: { part, key, item } });
  put('people', 'p1', { name: 'Irina', role: 'host', line: 'on', kind: 'person' });
  put('people', 'p2', { name: 'Almaty', role: 'audience', line: 'on', kind: 'site' });
  return { put, read: () => state.read() };
}

test('a hand and a question are told to the host and to nobody else', () => {
  const { put, read } = room();
  const before = read();
  put('people', 'p2', { name: 'Almaty', role: 'audience', line: 'on', kind: 'site', hand: 5 });
  put('questions', 'q1', { text: 'Why?', state: 'open' });
  const after = read();
  expect(news(before, after, 'p1', true)).toEqual([{ what: 'hand', name: 'Almaty' }, { what: 'question', text: 'Why?' }]);
  expect(news(before, after, 'p3', false)).toEqual([]);
  expect(news(after, after, 'p1', true)).toEqual([]);
});

test('a poll is told when it opens, not when it is voted in', () => {
  const { put, read } = room();
  put('polls', 'v1', { question: 'Tired?', state: 'draft' });
  const before = read();
  put('polls', 'v1', { question: 'Tired?', state: 'open' });
  const open = read();
  put('polls', 'v1', { question: 'Tired?', state: 'open', votes: 1 });
  expect(news(before, open, 'p2', false)).toEqual([{ what: 'poll', text: 'Tired?' }]);
  expect(news(open, read(), 'p2', false)).toEqual([]);
});

test('a screen is told to others; one’s own is not, nor is somebody who has just come', () => {
  const { put, read } = room();
  const before = read();
  put('people', 'p2', { name: 'Almaty', role: 'audience', line: 'on', kind: 'site', screen: true });
  put('people', 'p9', { name: 'Osh', role: 'audience', line: 'on', kind: 'site', screen: true, hand: 3 });
  const after = read();
  expect(news(before, after, 'p1', true)).toEqual([{ what: 'screen', name: 'Almaty' }]);
  expect(news(before, after, 'p2', false)).toEqual([]);
});
