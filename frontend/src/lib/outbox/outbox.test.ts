import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem, Unreachable } from '../api/problem.ts';
import { Outbox, personHeader, type Surroundings } from './outbox.ts';
import { Store } from './store.ts';

/** The browser around one or several tabs: one database, one lock, a server that answers to order. */
class World {
  sent: { body: unknown; person: string; path: string }[] = [];
  timers: { work: () => void; ms: number }[] = [];
  present: string | null = 'anna';
  answer: (body: unknown, path: string) => Promise<unknown> = () => Promise.resolve('ok');
  #lock: Promise<void> = Promise.resolve();
  #tabs: Outbox[] = [];
  #ids = 0;

  tab(person: string | null = 'anna', change: Partial<Surroundings> = {}): Outbox {
    const box: Outbox = new Outbox({
      store: new Store(),
      send: async (_method, path, body, options) => {
        this.sent.push({ body, path, person: options.headers?.[personHeader] ?? '' });
        return this.answer(body, path);
      },
      person,
      present: () => this.present,
      exclusive: (work) => (this.#lock = this.#lock.then(work)),
      announce: () => {
        for (const other of this.#tabs) if (other !== box) void other.reread();
      },
      later: (work, ms) => void this.timers.push({ work, ms }),
      now: () => 1,
      random: () => 1,
      id: () => `id-${++this.#ids}`,
      ...change,
    });
    this.#tabs.push(box);
    return box;
  }

  get bodies(): unknown[] {
    return this.sent.map((s) => s.body);
  }
}

const noStore: Surroundings['store'] = {
  add: () => Promise.resolve(),
  all: () => Promise.resolve([]),
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

const act = (body: unknown, group = 'attempt-1') => ({ method: 'PUT' as const, path: `/${group}`, body, group });
const offline = () => Promise.reject(new Unreachable('down'));
const refuse = (status: number, code = '') => Promise.reject(new Problem(status, { code }));

let world: World;
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  world = new World();
});

describe('sending', () => {
  test('an act is kept, sent once, acknowledged and gone', async () => {
    const box = world.tab();
    const seen: unknown[] = [];
    box.onAcknowledged((entry, answer) => seen.push([entry.body, answer]));
    await box.put(act('a'));
    await box.drain();
    expect(world.bodies).toEqual(['a']);
    expect(seen).toEqual([['a', 'ok']]);
    expect(box.status()).toEqual({ state: 'saved', waiting: 0, refused: 0 });
    expect(await new Store().all()).toEqual([]);
  });

  test('a group keeps its order, and a failing group holds up no other', async () => {
    const box = world.tab();
    world.answer = (_body, path) => (path === '/slow' ? offline() : Promise.resolve());
    await box.put(act(1, 'slow'));
    await box.put(act(2, 'slow'));
    await box.put(act(3, 'fast'));
    await box.put(act(4, 'fast'));
    await box.drain();
    expect(box.status('fast').waiting).toBe(0);
    expect(box.pending('slow').map((e) => e.body)).toEqual([1, 2]);
    expect(world.bodies).not.toContain(2);
    world.answer = () => Promise.resolve();
    world.sent = [];
    await box.wake();
    expect(world.bodies).toEqual([1, 2]);
  });

  test('waits double up to a minute, with the spread applied, and obey Retry-After', async () => {
    const box = world.tab();
    world.answer = offline;
    await box.put(act('a'));
    await vi.waitFor(() => expect(world.timers).toHaveLength(1));
    for (let i = 0; i < 8; i++) await box.drain();
    const waits = world.timers.map((t) => t.ms);
    expect(waits.slice(0, 3)).toEqual([1000, 2000, 4000]);
    expect(Math.max(...waits)).toBe(60_000);
    world.answer = () => Promise.reject(new Problem(429, {}, 300));
    await box.drain();
    expect(world.timers.at(-1)?.ms).toBe(300_000);
    expect(box.status()).toEqual({ state: 'kept', waiting: 1, refused: 0 });
  });

  test('an act made while another is under way is sent in the same run', async () => {
    const box = world.tab();
    let release: (() => void) | undefined;
    world.answer = (body) => (body === 'a' ? new Promise((resolve) => { release = () => resolve(null); }) : Promise.resolve());
    await box.put(act('a'));
    while (!release) await new Promise((r) => setTimeout(r));
    expect(box.status().state).toBe('sending');
    await box.put(act('b'));
    expect(box.status()).toEqual({ state: 'sending', waiting: 2, refused: 0 });
    release();
    await box.drain();
    expect(world.bodies).toEqual(['a', 'b']);
  });

  test('what the server refuses for good is kept apart, counted, and blocks nothing', async () => {
    const box = world.tab();
    world.answer = (body) => (body === 'bad' ? refuse(422, 'invalid') : Promise.resolve());
    await box.put({ ...act('bad'), id: 'x' });
    await box.put(act('good'));
    await box.drain();
    expect(world.bodies.filter((b) => b === 'good')).toHaveLength(1);
    expect(box.status()).toEqual({ state: 'saved', waiting: 0, refused: 1 });
    await box.discard('x');
    expect(box.status().refused).toBe(0);
  });
});

describe('survival', () => {
  test('a killed page loses nothing: the next one sends it, also when only the answer was lost', async () => {
    const first = world.tab();
    world.answer = offline;
    await first.put(act('a'));
    await first.drain();
    world.answer = () => Promise.resolve();
    const second = world.tab();
    await second.start();
    await second.drain();
    expect(world.bodies).toEqual(expect.arrayContaining(['a', 'a']));
    expect(await new Store().all()).toEqual([]);
  });

  test('two tabs send each act once, and both see it saved', async () => {
    const [left, right] = [world.tab(), world.tab()];
    await Promise.all([left.put(act('l')), right.put(act('r')), left.put(act('m'))]);
    await Promise.all([left.drain(), right.drain()]);
    expect([...world.bodies].sort()).toEqual(['l', 'm', 'r']);
    await Promise.all([left.reread(), right.reread()]);
    expect([left.status().state, right.status().state]).toEqual(['saved', 'saved']);
  });
});

describe('one device, two people', () => {
  test("another person's session never sends it, and it waits visibly until its own person is back", async () => {
    const anna = world.tab('anna');
    world.answer = offline;
    await anna.put(act('hers'));
    await anna.drain();
    world.answer = () => Promise.resolve();
    world.sent = [];
    world.present = 'boris';
    await anna.wake(); // her old tab is still open
    const boris = world.tab('boris');
    await boris.start();
    await boris.put(act('his'));
    await boris.drain();
    expect(world.sent.map((s) => [s.body, s.person])).toEqual([['his', 'boris']]);
    expect([boris.ofOthers(), boris.status().waiting]).toEqual([1, 0]);
    world.present = 'anna';
    await world.tab('anna').start();
    await anna.wake();
    expect(world.sent.at(-1)).toMatchObject({ body: 'hers', person: 'anna' });
  });

  test('an ended session keeps the act without knocking again and again', async () => {
    const box = world.tab();
    world.answer = () => refuse(401);
    await box.put(act('a'));
    await box.drain();
    world.answer = () => refuse(409, 'wrong-person');
    await box.drain();
    expect(world.timers).toEqual([]);
    expect(box.status()).toEqual({ state: 'kept', waiting: 1, refused: 0 });
  });

  test('a device that cannot store sends at once, and the caller hears of a failure', async () => {
    const full = { ...noStore, add: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
    const box = world.tab('anna', { store: full });
    await box.put(act('a'));
    expect(world.bodies).toEqual(['a']);
    world.answer = offline;
    await expect(box.put(act('b'))).rejects.toBeInstanceOf(Unreachable);
  });

  test('nobody signed in can put nothing', async () => {
    await expect(world.tab(null).put(act('a'))).rejects.toThrow('nobody');
  });
});
