import { expect, test } from 'vitest';
import { columns, featured, heads, initials, inOrder, namesOf, screens, tiles, unread } from './order.ts';
import { left } from '../../lib/remaining.ts';
import { RoomState } from '../../lib/call/state.ts';
import type { ChatLine, Person } from '../../lib/call/items.ts';

const person = (name: string, more: Partial<Person> = {}): Person => ({ name, kind: 'person', role: 'audience', line: 'on', ...more });

function room(people: Record<string, Person>) {
  const state = new RoomState();
  for (const [key, item] of Object.entries(people)) state.take({ t: 'put', d: { part: 'people', key, item } });
  return state.read();
}

const compare = (a: string, b: string) => a.localeCompare(b);

test('hands come first, by when they went up, then hosts, speakers, sites, the others', () => {
  const { people } = room({
    p1: person('Zoya'), p2: person('Almaty', { kind: 'site', heads: 5 }), p3: person('Host', { role: 'host' }),
    p4: person('Late', { hand: 20 }), p5: person('Early', { hand: 10 }), p6: person('Speaker', { role: 'speaker' }), p7: person('Anna'),
  });
  expect(inOrder(people, compare).map(({ name }) => name)).toEqual(['Early', 'Late', 'Host', 'Speaker', 'Almaty', 'Anna', 'Zoya']);
});

test('people behind one camera count, those whose line is gone do not', () => {
  expect(heads(room({ p1: person('A'), p2: person('S', { kind: 'site', heads: 5 }), p3: person('B', { line: 'away' }), p4: person('T', { kind: 'site', heads: 3, line: 'phone' }) }).people)).toBe(9);
});

test('the stage, sites and who shows something have tiles, the audience has none', () => {
  const state = room({
    p1: person('Host', { role: 'host', cam: true }), p2: person('Quiet'), p3: person('Site', { kind: 'site', line: 'away' }),
    p10: person('Me', { role: 'speaker' }), p9: person('Gone', { role: 'speaker', line: 'away' }),
  });
  const slots = { '4': { track: 't1', person: 'p1', source: 'cam' as const }, '5': { track: 't2', person: 'p1', source: 'screen' as const } };
  expect(tiles(state, slots, 'p10', true).map(({ person, mid }) => [person, mid])).toEqual([['p1', '4'], ['p10', ''], ['p3', undefined]]);
  expect(screens(state, slots)).toEqual([]);
});

test('a screen is shown while its owner shares it', () => {
  const state = room({ p1: person('Host', { role: 'host', screen: true }) });
  expect(screens(state, { '5': { track: 't', person: 'p1', source: 'screen' } })).toEqual([{ id: 'p1/screen', person: 'p1', mid: '5', screen: true, away: false }]);
});

test('of several screens the one that began last is first, and stays there', () => {
  const state = room({ p1: person('A', { screen: true }), p2: person('B', { screen: true }), p3: person('C', { screen: true }) });
  const slot = (who: string) => ({ track: 't', person: who, source: 'screen' as const });
  const one = screens(state, { '5': slot('p2') });
  const two = screens(state, { '5': slot('p2'), '6': slot('p1') }, one);
  expect(two.map((tile) => tile.person)).toEqual(['p1', 'p2']);
  expect(screens(state, { '4': slot('p3'), '5': slot('p2'), '6': slot('p1') }, two).map((tile) => tile.person)).toEqual(['p3', 'p1', 'p2']);
  expect(screens(state, { '5': slot('p2'), '6': slot('p1') }, two)).toEqual(two);
});

test('the large face is pinned, else speaks, else is the first with a picture; oneself last', () => {
  const list = ['p1', 'p2', 'p3'].map((key) => ({ id: key, person: key, mid: key === 'p3' ? '7' : key === 'p1' ? '' : undefined, screen: false, away: key === 'p2' }));
  expect(featured(list, 'p2', 'p3', 'p1')?.person).toBe('p2');
  expect(featured(list, undefined, 'p2', 'p1')?.person).toBe('p2');
  expect(featured(list, undefined, 'p1', 'p1')?.person).toBe('p3');
  expect(featured(list.slice(0, 1), undefined, '', 'p1')?.person).toBe('p1');
  expect(featured(list.slice(0, 2), undefined, '', 'p1')?.person).toBe('p1'); // nobody large whose line is gone
  expect(featured([], undefined, '', 'p1')).toBeUndefined();
});

test('a grid is as wide as lets tiles be large', () => {
  expect([columns(1, 1000, 600), columns(4, 1000, 600), columns(9, 1200, 700), columns(4, 390, 700), columns(2, 1000, 300)]).toEqual([1, 2, 3, 2, 2]);
  expect([columns(1, 374, 700), columns(9, 374, 640), columns(40, 880, 630), columns(3, 150, 700)]).toEqual([1, 2, 5, 1]); // a phone scrolls, and so does a crowd
});

test('what is left is never below nothing', () => {
  expect([left(90_500, 0), left(59_000, 0), left(0, 5)]).toEqual(['1:31', '0:59', '0:00']);
});

test('initials', () => {
  expect([initials('Гүлнар Әбілова'), initials('Алматы (центр)'), initials('anna'), initials('')]).toEqual(['ГӘ', 'АЦ', 'A', '']);
});

test('the name of who has left is still known, and nothing new is nothing new', () => {
  const both = room({ p1: person('Anna'), p2: person('Boris') }).people;
  const known = namesOf(both, new Map());
  const after = namesOf(room({ p2: person('Boris K.') }).people, known);
  expect([...after]).toEqual([['p1', 'Anna'], ['p2', 'Boris K.']]);
  expect(namesOf(room({ p2: person('Boris K.') }).people, after)).toBe(after);
});

test('new lines of others are counted, also after a host hid older ones', () => {
  const line = (from: string, at: number, hidden = false): ChatLine => ({ from, to: '', text: 'x', at, ...(hidden ? { hidden } : {}) });
  const chat = new Map([['a', line('p2', 1)], ['b', line('p2', 2)]]);
  expect(unread(chat, 'p1', 0)).toBe(2);
  expect(unread(chat, 'p1', 2)).toBe(0);
  const later = new Map([['a', line('p2', 1, true)], ['b', line('p2', 2, true)], ['c', line('p2', 3)], ['d', line('p1', 4)]]);
  expect(unread(later, 'p1', 2)).toBe(1);
});
