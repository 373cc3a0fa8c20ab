/**
 * One attempt at a quiz on one page: what is answered, what is on its way, what time is left. Every change
 * goes into the outbox; what the server, the outbox and other tabs know comes together in `answers`.
 */
import { untrack } from 'svelte';
import { askAttempt } from '../../lib/attempt/attempts.ts';
import { nextRevision, noteRevision } from '../../lib/clock.ts';
import { outbox } from '../../lib/box.svelte.ts';
import { uuidv7 } from '../../lib/uuid.ts';
import { encode, isEmpty } from './answer.ts';
import { Drafts } from './drafts.ts';
import { merge, waiting, type Answers } from './merge.ts';
import { announces, laterOffset, offsetOf, secondsLeft } from './timer.ts';
import type { Answer, Attempt, Content } from '../../lib/attempt/types.ts';
import type { Entry } from '../../lib/outbox/store.ts';

/** Typing rests this long before it is sent, in milliseconds. */
const pause = 600;
/** A page that comes back into view after this long asks for the clock again, in milliseconds. */
const clockAge = 30_000;

type News = { question: string; answer: Answer } | { handedIn: true };

export class Player {
  attempt = $state.raw() as Attempt;
  answers = $state.raw<Answers>({});
  /** Seconds left; undefined without a deadline. */
  seconds = $state<number>();
  /** Minutes left that were just reached and are read out. */
  heard = $state<5 | 1>();
  /** True from handing in until the server's answer to it is here. */
  handingIn = $state(false);
  timeOver = $state(false);
  /** What went wrong when handing in, or when the result was asked for. */
  failure = $state.raw<unknown>();
  /** True while something is neither on the server nor kept on the device. */
  unkept = $state(false);

  readonly #drafts: Drafts;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #offset: number | undefined;
  #asked = 0;
  #channel: BroadcastChannel | undefined;
  #sent = false;
  /** Revisions on their way into the outbox, by question. */
  readonly #going = new Map<string, number>();
  readonly #failed = new Set<string>();

  constructor(attempt: Attempt) {
    this.#drafts = new Drafts(attempt.id);
    this.receive(attempt);
    this.answers = merge(this.answers, Object.fromEntries(Object.entries(this.#drafts.all).map(([q, d]) => [q, { ...d, late: false }])));
  }

  get done(): boolean {
    return this.attempt.state !== 'open';
  }

  /** Neither answering nor handing in is possible. */
  get locked(): boolean {
    return this.done || this.handingIn;
  }

  content(question: string): Content | null {
    return this.answers[question]?.content ?? null;
  }

  answered(question: string): boolean {
    return !isEmpty(this.content(question));
  }

  get open(): string[] {
    return this.attempt.questions.filter((each) => !this.answered(each.key)).map((each) => each.key);
  }

  /** Takes what the server says: at the beginning, in another language, after handing in. */
  receive(attempt: Attempt): void {
    untrack(() => {
      if (this.attempt?.id === attempt.id && this.done && attempt.state === 'open') return; // an old copy
      this.attempt = attempt;
      noteRevision(attempt.max_revision);
      this.answers = merge(this.answers, attempt.answers);
      this.#offset = laterOffset(this.#offset, offsetOf(attempt.server_now, Date.now()));
      this.seconds = this.#left();
      if (this.done) this.handingIn = false;
    });
  }

  /** Connects the page with the outbox, the clock and other tabs. Gives the function that ends it. */
  connect(): () => void {
    const box = outbox();
    this.#channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`mostik.attempt.${this.attempt.id}`) : undefined;
    this.#channel?.addEventListener('message', (event) => this.#hear(event.data as News));
    const seen = () => void (document.visibilityState === 'hidden' ? this.flush() : this.#back());
    const leave = () => void this.flush();
    const online = () => void this.retry();
    document.addEventListener('visibilitychange', seen);
    addEventListener('pagehide', leave);
    addEventListener('online', online);
    const ends = [box.watch(() => this.#look()), box.onAcknowledged((entry, answer) => this.#told(entry, answer))];
    const tick = setInterval(() => this.#tick(), 1000);
    this.#look();
    void this.retry();
    return () => {
      void this.flush();
      clearInterval(tick);
      for (const end of ends) end();
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('pagehide', leave);
      removeEventListener('online', online);
      this.#channel?.close();
    };
  }

  /** An answer by a tap: it is sent at once. */
  answer(question: string, content: Content): void {
    this.#set(question, content);
    void this.#send(question);
  }

  /** An answer that is being typed: it is sent when typing rests, or when the field is left. */
  type(question: string, content: Content): void {
    this.#set(question, content);
    clearTimeout(this.#timers.get(question));
    this.#timers.set(question, setTimeout(() => void this.#send(question), pause));
  }

  /** Sends what was typed and still waits. */
  async flush(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((question) => this.#send(question)));
  }

  /** Tries again with what could neither be kept nor sent. */
  async retry(): Promise<void> {
    if (!this.done) await Promise.all(Object.keys(this.#drafts.all).map((question) => this.#send(question)));
  }

  /** Hands in, after all answers: they stand before it in the same queue. */
  async handIn(): Promise<void> {
    if (this.locked) return;
    this.handingIn = true;
    this.failure = undefined;
    await this.flush();
    try {
      await outbox().put({ method: 'POST', path: `/api/v1/attempts/${this.attempt.id}/submit`, body: {}, group: this.attempt.id });
      this.#sent = true;
      this.#look();
    } catch (failure) {
      this.handingIn = false;
      this.failure = failure;
    }
  }

  /** Asks for the result once more, after that failed. */
  async askAgain(): Promise<void> {
    this.failure = undefined;
    try {
      this.receive(await this.#ask());
      if (!this.done) {
        this.handingIn = false;
        if (this.timeOver) await this.handIn();
      }
    } catch (failure) {
      this.failure = failure;
    }
  }

  #set(question: string, content: Content): void {
    const revision = nextRevision();
    const answer: Answer = { revision, content: encode(content), late: false };
    this.#drafts.put(question, { revision, content: answer.content });
    this.answers = merge(this.answers, { [question]: answer });
    this.#channel?.postMessage({ question, answer } satisfies News);
  }

  /** Puts the newest draft of a question into the outbox. */
  async #send(question: string): Promise<void> {
    clearTimeout(this.#timers.get(question));
    this.#timers.delete(question);
    const draft = this.#drafts.all[question];
    if (!draft || this.#going.get(question) === draft.revision) return;
    this.#going.set(question, draft.revision);
    const { id } = this.attempt;
    try {
      const path = `/api/v1/attempts/${id}/answers/${uuidv7()}`;
      await outbox().put({ method: 'PUT', path, body: { question_key: question, ...draft }, group: id });
      this.#drafts.drop(question, draft.revision);
      this.#failed.delete(question);
    } catch {
      this.#failed.add(question);
    }
    if (this.#going.get(question) === draft.revision) this.#going.delete(question);
    this.unkept = this.#failed.size > 0;
  }

  /** The outbox changed: takes over what waits in it, and notices when handing in is through. */
  #look(): void {
    const entries = outbox().pending(this.attempt.id);
    this.answers = merge(this.answers, waiting(entries));
    if (this.done) return;
    const pending = entries.some((entry) => entry.path.endsWith('/submit'));
    if (pending) this.handingIn = this.#sent = true;
    else if (this.#sent) {
      // Gone from the queue: sent by this tab, by another, or refused. The server knows which.
      this.#sent = false;
      void this.askAgain();
    }
  }

  #told(entry: Entry, answer: unknown): void {
    if (entry.group !== this.attempt.id) return;
    if (entry.path.endsWith('/submit')) {
      this.#sent = false;
      this.receive({ ...this.attempt, ...(answer as Attempt) }); // it comes without the questions, which are here
      this.#channel?.postMessage({ handedIn: true } satisfies News);
      return;
    }
    const { question_key: question, revision } = entry.body as { question_key: string; revision: number };
    const { late, newest } = answer as { late: boolean; newest: boolean };
    const mine = this.answers[question];
    if (mine?.revision !== revision) return;
    if (late) this.answers = merge(this.answers, { [question]: { ...mine, late } });
    else if (!newest) void this.#ask().then((attempt) => this.receive(attempt), () => undefined); // another device was later
  }

  #hear(news: News): void {
    if ('handedIn' in news) void this.askAgain();
    else this.answers = merge(this.answers, { [news.question]: news.answer });
  }

  #back(): void {
    if (!this.done && this.attempt.deadline_at && Date.now() - this.#asked > clockAge) {
      void this.#ask().then((attempt) => this.receive(attempt), () => undefined);
    }
  }

  /** Asks the server itself, and sets the clock by its answer, which is surely new. */
  async #ask(): Promise<Attempt> {
    const attempt = await askAttempt(this.attempt.id);
    this.#asked = Date.now();
    this.#offset = offsetOf(attempt.server_now, this.#asked);
    return attempt;
  }

  #left(): number | undefined {
    return secondsLeft(this.attempt.deadline_at, this.#offset ?? 0, Date.now());
  }

  #tick(): void {
    const before = this.seconds;
    this.seconds = this.#left();
    if (this.seconds === undefined || this.locked) return;
    this.heard = announces(before, this.seconds) ?? this.heard;
    if (this.seconds === 0 && !this.timeOver) void this.#end();
  }

  /** The time is over by this device's reckoning: the server's clock is asked, and decides when it answers. */
  async #end(): Promise<void> {
    this.timeOver = true;
    await this.flush();
    try {
      this.receive(await this.#ask());
      this.seconds = this.#left();
      if (this.done) return;
      if ((this.seconds ?? 0) > 1) {
        this.timeOver = false;
        return;
      }
    } catch {
      // No answer: handing in waits in the outbox.
    }
    await this.handIn();
  }
}
