/**
 * What was written in the room and not sent yet. It stays whatever panel is opened, and over a reload in the same tab;
 * who leaves takes it along, for the next person at this device is somebody else.
 */
import type { NewPoll } from '../../lib/poll/poll.ts';

export interface Fields {
  chat: string;
  question: string;
  /** Notes, with the version on which they stand. */
  notes?: { text: string; base: number } | undefined;
  /** A poll that is being made. */
  poll?: NewPoll | undefined;
  /** The moment, by the room's clock, up to which the chat was read. */
  seen: number;
}

const none: Fields = { chat: '', question: '', seen: 0 };

export class Drafts {
  readonly #key: string;
  now = $state.raw<Fields>(none);

  constructor(name: string) {
    this.#key = `mostik.live.drafts.${name}`;
    try {
      this.now = { ...none, ...(JSON.parse(sessionStorage.getItem(this.#key) ?? '{}') as Partial<Fields>) };
    } catch {
      // Storage is closed or holds something else: one begins with nothing.
    }
  }

  keep(change: Partial<Fields>): void {
    this.now = { ...this.now, ...change };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.now));
    } catch {
      // The page itself still holds it.
    }
  }

  /** What could not be sent comes back, before what was written since. */
  giveBack(field: 'chat' | 'question', words: string): void {
    this.keep({ [field]: [words, this.now[field]].filter(Boolean).join('\n') });
  }

  drop(): void {
    this.now = none;
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // There was none.
    }
  }
}
