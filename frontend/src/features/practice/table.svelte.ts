/**
 * One's table: it asks every few seconds what is new, while somebody looks, and keeps what is being typed.
 * The server sends only what changed; here it is put together.
 */
import { request, type Method } from '../../lib/api/request.ts';
import { Problem } from '../../lib/api/problem.ts';
import { activityPath } from '../../lib/study/acts.ts';
import { uuidv7 } from '../../lib/uuid.ts';
import { contested, differing, seen } from './proposal.ts';
import type { Card, Message, Proposal, TableAnswer, TableView, Value } from './types.ts';

/** Milliseconds between two askings, and at most, where the server does not answer. */
const pace = 4_000;
const slowest = 32_000;

interface Settings {
  enrolment: string;
  activity: string;
  table: TableView | undefined;
  /** What was typed and not sent, as it was kept on the device. */
  draft: { message?: unknown; items?: unknown };
  keep: (draft: { message: string; items: Proposal }) => void;
  onDone: (table: TableView) => void;
}

export class Table {
  /** Nothing while one sits nowhere. */
  view = $state.raw<TableView>();
  messages = $state.raw<Message[]>([]);
  cards = $state.raw<Card[]>([]);
  /** What one has changed in the proposal and not put to the table. */
  mine = $state.raw<Proposal>({});
  /** Items that somebody else changed otherwise while one was at them. */
  clash = $state.raw<string[]>([]);
  message = $state('');
  busy = $state(false);
  /** The last asking was not answered. */
  away = $state(false);
  failure = $state.raw<unknown>();

  readonly #settings: Settings;
  readonly #base: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = pace;
  #running = false;
  /** Made once for each message: pressing again after a lost answer sends the same one. */
  #messageId = uuidv7();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#base = `${activityPath(settings.enrolment, settings.activity)}/table`;
    const { message, items } = settings.draft;
    if (typeof message === 'string') this.message = message;
    if (typeof items === 'object' && items !== null) this.mine = items as Proposal;
    if (settings.table) this.#take(settings.table);
  }

  get there(): Proposal {
    return this.view?.proposal.items ?? {};
  }

  /** The proposal as one sees it. */
  get shown(): Proposal {
    return seen(this.mine, this.there);
  }

  get changed(): boolean {
    return Object.keys(differing(this.mine, this.there)).length > 0;
  }

  /** Begins to ask; the function that comes back ends it. */
  run(): () => void {
    this.#running = true;
    const look = () => {
      clearTimeout(this.#timer);
      if (document.visibilityState === 'visible') void this.poll();
    };
    document.addEventListener('visibilitychange', look);
    this.#later();
    return () => {
      this.#running = false;
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', look);
    };
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (!this.#running || !this.view || this.view.state === 'done' || document.visibilityState === 'hidden') return;
    this.#timer = setTimeout(() => void this.poll(), this.#wait);
  }

  async poll(): Promise<void> {
    if (this.busy) return this.#later();
    try {
      this.#answer(await this.#ask('GET', ''));
      this.away = false;
      this.#wait = pace;
    } catch (cause) {
      this.away = !(cause instanceof Problem);
      this.#wait = Math.min(slowest, this.#wait * 2);
    }
    this.#later();
  }

  sit = () => this.#act(() => this.#ask('POST', ''));
  start = () => this.#act(() => this.#ask('POST', '/start'));
  leave = () => this.#act(() => this.#ask('DELETE', ''));
  agree = () => this.#act(() => this.#ask('POST', '/agreement', { version: this.view?.proposal.version ?? 0 }));

  async say(): Promise<void> {
    const text = this.message.trim();
    if (text === '') return;
    const done = await this.#act(() => this.#ask('POST', '/messages', { id: this.#messageId, text }));
    if (!done) return;
    this.#messageId = uuidv7();
    this.write('');
  }

  write(text: string): void {
    this.message = text;
    this.#keep();
  }

  set(key: string, value: Value): void {
    this.mine = { ...this.mine, [key]: value };
    this.#keep();
  }

  /** Gives up one's own words for an item. */
  takeTheirs(key: string): void {
    this.mine = Object.fromEntries(Object.entries(this.mine).filter(([each]) => each !== key));
    this.clash = this.clash.filter((each) => each !== key);
    this.#keep();
  }

  /** Puts the proposal as one sees it to the table. Where somebody was quicker, what one typed stays. */
  async put(): Promise<void> {
    const items = this.shown;
    const done = await this.#act(() => this.#ask('PUT', '/proposal', { version: this.view?.proposal.version ?? 0, items }));
    if (done) {
      this.mine = {};
      this.clash = [];
      this.#keep();
    } else if (this.failure instanceof Problem && this.failure.code === 'proposal-changed') {
      this.failure = undefined;
      await this.poll();
    }
  }

  #keep(): void {
    this.#settings.keep({ message: this.message, items: this.mine });
  }

  #ask(method: Method, rest: string, body?: unknown): Promise<TableAnswer> {
    const query = `changed=${this.view?.changed ?? 0}&since=${this.messages.at(-1)?.number ?? 0}&cards=${this.cards.map((each) => each.part).join('.')}`;
    return request<TableAnswer>(method, `${this.#base}${rest}?${query}`, body);
  }

  async #act(send: () => Promise<TableAnswer>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    clearTimeout(this.#timer);
    try {
      this.#answer(await send());
      this.away = false;
      return true;
    } catch (cause) {
      this.failure = cause;
      return false;
    } finally {
      this.busy = false;
      this.#later();
    }
  }

  #answer(answer: TableAnswer): void {
    if (!answer.seated) {
      this.view = undefined;
      this.messages = [];
      this.cards = [];
      return;
    }
    if (answer.table) this.#take(answer.table);
  }

  #take(view: TableView): void {
    const before = this.there;
    const had = this.view;
    this.view = view;
    if (had?.number !== view.number) this.messages = [];
    const last = this.messages.at(-1)?.number ?? 0;
    this.messages = [...this.messages, ...view.messages.filter((each) => each.number > last)];
    if (view.cards) this.cards = view.cards;
    if (had && had.proposal.version !== view.proposal.version) this.clash = [...new Set([...this.clash, ...contested(this.mine, before, this.there)])];
    this.clash = this.clash.filter((key) => key in differing(this.mine, this.there));
    if (view.state === 'done' && had && had.state !== 'done') this.#settings.onDone(view);
  }
}
