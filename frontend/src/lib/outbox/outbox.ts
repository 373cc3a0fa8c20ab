/**
 * The outbox: what a person does is written to this device first and sent afterwards, so that neither a
 * lost connection nor a reload nor a killed browser loses it. Sending twice changes nothing on the
 * server, therefore the rule here is simple: an entry leaves the store only after an answer to it.
 */
import { Problem } from '../api/problem.ts';
import type { Method, Options } from '../api/request.ts';
import type { Entry, Store, Stored } from './store.ts';

export type ChipState = 'saved' | 'sending' | 'kept';

/** What the chip shows: for one group, or for all of a person's entries. */
export interface Status {
  state: ChipState;
  /** Entries not yet acknowledged. */
  waiting: number;
  /** Entries that the server refused for good. */
  refused: number;
}

export interface Surroundings {
  store: Pick<Store, 'add' | 'all' | 'put' | 'remove'>;
  send: (method: Method, path: string, body: unknown, options: Options) => Promise<unknown>;
  /** The person signed in on this page; null when nobody is. */
  person: string | null;
  /** The person who signed in last in this browser: differs when another tab changed the session. */
  present: () => string | null;
  /** Runs work while no other tab does. */
  exclusive: (work: () => Promise<void>) => Promise<void>;
  /** Tells other tabs that the store changed. */
  announce: () => void;
  later: (work: () => void, ms: number) => void;
  now: () => number;
  random: () => number;
  id: () => string;
}

/** Names the person for whom a request is meant; the server refuses it in anybody else's session. */
export const personHeader = 'Mostik-Person';

const firstWait = 1_000;
const longestWait = 60_000;
const sendTimeout = 15_000;

type Acknowledged = (entry: Entry, answer: unknown) => void;

export class Outbox {
  readonly #env: Surroundings;
  #entries: Stored[] = [];
  #sending = false;
  #failures = 0;
  #again = false;
  #draining: Promise<void> | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #acknowledged = new Set<Acknowledged>();

  constructor(env: Surroundings) {
    this.#env = env;
  }

  /** Reads what an earlier visit left, and begins to send it. */
  async start(): Promise<void> {
    await this.reread();
    void this.drain();
  }

  /** Keeps an act on the device. When this resolves, it survives everything but the loss of the device. */
  async put(act: Pick<Entry, 'method' | 'path' | 'body' | 'group'> & { id?: string }): Promise<string> {
    const person = this.#env.person;
    if (!person) throw new Error('outbox: nobody is signed in');
    const id = act.id ?? this.#env.id();
    const entry: Entry = { ...act, id, person, at: this.#env.now() };
    try {
      await this.#env.store.add(entry);
    } catch {
      await this.#sendUnkept(entry);
      return id;
    }
    this.#sending = true;
    await this.reread();
    this.#env.announce();
    void this.drain();
    return id;
  }

  /** The state of one group, or of everything this person has in the box. */
  status(group?: string): Status {
    const mine = this.#mine().filter((entry) => group === undefined || entry.group === group);
    const refused = mine.filter((entry) => entry.refused).length;
    const waiting = mine.length - refused;
    return { waiting, refused, state: waiting === 0 ? 'saved' : this.#sending ? 'sending' : 'kept' };
  }

  /** Entries on this device that wait for somebody else to sign in. */
  ofOthers(): number {
    return this.#entries.filter((entry) => entry.person !== this.#env.person).length;
  }

  /** What this person has in the box, in order: pages draw from it what the server does not know yet. */
  pending(group: string): readonly Entry[] {
    return this.#mine().filter((entry) => entry.group === group && !entry.refused);
  }

  /** Drops a refused entry after the person has seen it. */
  async discard(id: string): Promise<void> {
    const found = this.#mine().find((entry) => entry.id === id && entry.refused);
    if (!found) return;
    await this.#env.store.remove(found.seq);
    await this.reread();
    this.#env.announce();
  }

  /** Calls back at each change of a status; gives the function that ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Calls back with the server's answer to each entry that this tab sent. */
  onAcknowledged(call: Acknowledged): () => void {
    this.#acknowledged.add(call);
    return () => this.#acknowledged.delete(call);
  }

  /** Reads the store again, after another tab changed it. */
  async reread(): Promise<void> {
    this.#entries = await this.#env.store.all();
    this.#notify();
  }

  /** The network may be back: try at once, whatever the wait was. */
  wake(): Promise<void> {
    this.#failures = 0;
    return this.drain();
  }

  /** Sends what can be sent. Calls while it runs make it look once more at the end. */
  drain(): Promise<void> {
    if (this.#draining) {
      this.#again = true;
      return this.#draining;
    }
    this.#draining = this.#drainAll().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drainAll(): Promise<void> {
    let wait = 0;
    do {
      this.#again = false;
      await this.#env.exclusive(async () => {
        wait = await this.#sendGroups();
      });
    } while (this.#again);
    this.#setSending(false);
    if (wait > 0) this.#env.later(() => void this.drain(), wait);
  }

  /** Sends every group side by side; gives the wait before another try, 0 when none is needed. */
  async #sendGroups(): Promise<number> {
    await this.reread();
    if (!this.#maySend()) return 0;
    const groups = new Map<string, Stored[]>();
    for (const entry of this.#mine()) {
      if (!entry.refused) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
    }
    if (groups.size === 0) return 0;
    this.#setSending(true);
    const waits = await Promise.all([...groups.values()].map((entries) => this.#sendGroup(entries)));
    const wait = Math.max(...waits);
    this.#failures = wait > 0 ? this.#failures + 1 : 0;
    return wait;
  }

  /** Sends a group in order and stops at the first entry that must wait. */
  async #sendGroup(entries: Stored[]): Promise<number> {
    for (const entry of entries) {
      if (!this.#maySend()) return 0;
      const wait = await this.#sendOne(entry);
      if (wait !== 0) return Math.max(wait, 0);
    }
    return 0;
  }

  /** Sends one entry: 0 when done with it, a wait in ms when it failed for now, -1 when sign-in is needed. */
  async #sendOne(entry: Stored): Promise<number> {
    let answer: unknown;
    try {
      answer = await this.#env.send(entry.method, entry.path, entry.body, this.#options(entry));
    } catch (failure) {
      if (!(failure instanceof Problem) || failure.passing) return this.#wait(failure);
      // The session ended or is another person's: the entry waits for its own person.
      if (failure.status === 401 || failure.code === 'wrong-person') return -1;
      await this.#env.store.put({ ...entry, refused: { status: failure.status, code: failure.code } });
      await this.#changed();
      return 0;
    }
    await this.#env.store.remove(entry.seq);
    await this.#changed();
    for (const call of this.#acknowledged) call(entry, answer);
    return 0;
  }

  /** The device cannot store (full, or a private window): the act goes out now or the caller is told. */
  async #sendUnkept(entry: Entry): Promise<void> {
    const answer = await this.#env.send(entry.method, entry.path, entry.body, this.#options(entry));
    for (const call of this.#acknowledged) call(entry, answer);
  }

  #options(entry: Entry): Options {
    return { timeout: sendTimeout, headers: { [personHeader]: entry.person, 'Idempotency-Key': entry.id } };
  }

  /** Doubles with each failure, with a spread so that a room full of phones does not return at once. */
  #wait(failure: unknown): number {
    const asked = failure instanceof Problem ? failure.retryAfter * 1000 : 0;
    const backoff = Math.min(firstWait * 2 ** this.#failures, longestWait);
    return Math.max(asked, Math.round(backoff * (0.5 + this.#env.random() / 2)));
  }

  async #changed(): Promise<void> {
    await this.reread();
    this.#env.announce();
  }

  #maySend(): boolean {
    return this.#env.person !== null && this.#env.present() === this.#env.person;
  }

  #mine(): Stored[] {
    return this.#entries.filter((entry) => entry.person === this.#env.person);
  }

  #setSending(sending: boolean): void {
    if (this.#sending === sending) return;
    this.#sending = sending;
    this.#notify();
  }

  #notify(): void {
    for (const changed of this.#watchers) changed();
  }
}
