/** Who stands where: lists of people, tiles, and what the stage shows. Pure, so that it can be tested. */
import type { ChatLine, Person, Role, Slot, State } from '../../lib/call/items.ts';

export interface Someone extends Person {
  key: string;
}

const rank: Record<Role, number> = { host: 0, speaker: 1, audience: 2 };

/** Hands on top, in the order in which they went up; then hosts, speakers, sites, the others, by name. */
export function inOrder(people: ReadonlyMap<string, Person>, compare: (a: string, b: string) => number): Someone[] {
  return [...people]
    .map(([key, person]) => ({ key, ...person }))
    .sort(
      (a, b) =>
        Number(!a.hand) - Number(!b.hand) ||
        (a.hand ?? 0) - (b.hand ?? 0) ||
        rank[a.role] - rank[b.role] ||
        Number(a.kind !== 'site') - Number(b.kind !== 'site') ||
        compare(a.name, b.name),
    );
}

/** How many people are in the room, those behind one camera counted; nobody sits at a device. */
export function heads(people: ReadonlyMap<string, Person>): number {
  let sum = 0;
  for (const person of people.values()) if (person.line !== 'away' && person.kind !== 'device') sum += person.kind === 'site' ? (person.heads ?? 1) : 1;
  return sum;
}

export interface Tile {
  /** Tells tiles apart: the person and what of them. */
  id: string;
  person: string;
  /** The section that shows it; "" for one's own, undefined for a face without a picture. */
  mid: string | undefined;
  screen: boolean;
  /** The line is gone; the place is kept. */
  away: boolean;
}

/** A tile for each who is on the stage, is a site, or shows or says something. Order is steady: faces do not jump. */
export function tiles(state: State, slots: Record<string, Slot>, you: string, own: boolean): Tile[] {
  const shown = new Map(Object.entries(slots).map(([mid, slot]) => [`${slot.person}/${slot.source}`, mid]));
  const list: Tile[] = [];
  for (const [key, person] of state.people) {
    const here = person.role !== 'audience' || person.kind === 'site' || person.mic || person.cam;
    if (!here || (person.line === 'away' && person.kind !== 'site')) continue;
    const mid = key === you ? (own ? '' : undefined) : person.cam ? shown.get(`${key}/cam`) : undefined;
    list.push({ id: key, person: key, mid, screen: false, away: person.line === 'away' });
  }
  list.sort((a, b) => place(state, a.person) - place(state, b.person));
  return list;
}

/** The order of joining, which is that of the keys, within hosts, speakers and the others. */
function place(state: State, key: string): number {
  return (rank[state.people.get(key)?.role ?? 'audience'] ?? 2) * 1e6 + (Number(key.slice(1)) || 0);
}

/** The screens that are shared now, the one that began last first: centres show theirs in turn. */
export function screens(state: State, slots: Record<string, Slot>, before: readonly Tile[] = []): Tile[] {
  const age = (id: string) => before.findIndex((tile) => tile.id === id) + 1; // 0 is new
  return Object.entries(slots)
    .filter(([, slot]) => slot.source === 'screen' && state.people.get(slot.person)?.screen)
    .map(([mid, slot]) => ({ id: `${slot.person}/screen`, person: slot.person, mid, screen: true, away: false }))
    .sort((a, b) => age(a.id) - age(b.id));
}

/** Whose face is large: who was pinned, else who speaks, else the first on the stage but oneself. */
export function featured(list: readonly Tile[], pin: string | undefined, speaker: string, you: string): Tile | undefined {
  const of = (person: string | undefined) => list.find((tile) => tile.person === person);
  return of(pin) ?? (speaker !== you ? of(speaker) : undefined) ?? list.find((tile) => tile.person !== you && tile.mid !== undefined) ?? list.find((tile) => tile.person !== you && !tile.away) ?? of(you) ?? list[0];
}

/** A tile that is narrower than this, in pixels, shows nobody; the grid scrolls instead. */
export const narrowest = 168;

/** Columns of a grid of n tiles in a box, so that the tiles are as large as can be; two on a phone. */
export function columns(n: number, width: number, height: number, ratio = 16 / 9, foot = 44): number {
  const most = Math.max(1, Math.floor(width / narrowest));
  if (width < 600) return Math.min(most, n <= 2 ? 1 : 2);
  let best = 1;
  let widest = 0;
  for (let c = 1; c <= Math.min(most, Math.max(1, n)); c++) {
    const rows = Math.ceil(n / c);
    const w = Math.min(width / c, (height / rows - foot) * ratio);
    if (w > widest + 0.5) [best, widest] = [c, w];
  }
  // Where all together would be too small the rows scroll, as wide as the least that shows somebody.
  return widest < narrowest ? most : best;
}

/** The first letters of two words of a name, or of its site. */
export function initials(name: string): string {
  const words = name.split(/[\s,.()«»"-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0] ?? '').join('').toLocaleUpperCase();
}

/** The names of all who were ever here: what they wrote stays when they have left. The same map while nothing is new. */
export function namesOf(people: ReadonlyMap<string, Person>, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const fresh = [...people].filter(([key, { name }]) => before.get(key) !== name);
  return fresh.length === 0 ? before : new Map([...before, ...fresh.map(([key, { name }]) => [key, name] as const)]);
}

/** How many lines of others came after a moment of the room's clock; what a host has hidden is not counted. */
export function unread(chat: ReadonlyMap<string, ChatLine>, you: string, seen: number): number {
  let sum = 0;
  for (const line of chat.values()) if (line.at > seen && line.from !== you && !line.hidden) sum++;
  return sum;
}
