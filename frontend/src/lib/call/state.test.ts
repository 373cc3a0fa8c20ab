import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RoomState } from './state.ts';
import type { Message } from './items.ts';

const put = (part: string, key: string, item: unknown, n?: number) => ({ t: 'put', ...(n ? { n } : {}), d: { part, key, item } });

test('puts and drops make the room', () => {
  const state = new RoomState();
  state.take(put('people', 'p1', { name: 'Асель' }, 3));
  state.take(put('people', 'p2', { name: 'Jana' }, 4));
  state.take({ t: 'drop', n: 5, d: { part: 'people', key: 'p1' } });
  expect([...state.read().people.keys()]).toEqual(['p2']);
  expect(state.number).toBe(5);
});

test('a part without a change stays the same map, one with a change does not', () => {
  const state = new RoomState();
  state.take(put('chat', 'a', { text: 'x' }));
  const before = state.read();
  state.take(put('people', 'p1', { name: 'A' }));
  const after = state.read();
  expect(after.chat).toBe(before.chat);
  expect(after.people).not.toBe(before.people);
  expect(before.people.size).toBe(0);
});

test('what a newer server says besides is left alone', () => {
  const state = new RoomState();
  state.take(put('balloons', 'b', {}, 9));
  state.take({ t: 'put', d: null });
  state.take({ t: 'drop', n: 2, d: { part: 'people', key: 'nobody' } });
  expect(state.read().people.size).toBe(0);
  expect(state.number).toBe(2);
});

test('an older number never takes the place of a newer one', () => {
  const state = new RoomState();
  state.take(put('people', 'p1', {}, 8));
  state.take(put('people', 'p1', {}, 7));
  expect(state.number).toBe(8);
  state.clear();
  expect([state.number, state.read().people.size]).toEqual([0, 0]);
});

test('a late-comer is told whose the items are, by the very messages that the server sends', () => {
  const state = new RoomState();
  const lines = readFileSync(new URL('../../../../live/signal/testdata/latecomer.jsonl', import.meta.url), 'utf8').trim().split('\n');
  for (const line of lines) {
    const message = JSON.parse(line) as Message;
    if (message.t === 'put') state.take(message);
  }
  const { people, chat, files, notes, questions } = state.read();
  expect(people.has('p2')).toBe(false);
  expect(chat.get('c1')?.from_name).toBe('Dilnoza');
  expect(files.get('f1')).toMatchObject({ name: 'plan.pdf', from_name: 'Dilnoza' });
  expect(notes.get('notes')?.by_name).toBe('Almaty');
  expect(questions.get('q1')?.name).toBe('Dilnoza');
  expect(questions.get('q2')).toMatchObject({ from: '', name: '' });
});
