/**
 * A conversation on one page. What is said needs the server, which alone knows what follows; it is sent
 * again under the same id until an answer comes. The notebook goes through the outbox.
 */
import { untrack } from 'svelte';
import { askAttempt } from '../../lib/attempt/attempts.ts';
import { Problem } from '../../lib/api/problem.ts';
import { request } from '../../lib/api/request.ts';
import { outbox } from '../../lib/box.svelte.ts';
import { nextRevision, noteRevision } from '../../lib/clock.ts';
import { uuidv7 } from '../../lib/uuid.ts';
import { Kept, newestNotes, type Notes } from './notes.ts';
import type { Attempt, Conversation, Element } from '../../lib/attempt/types.ts';

/** After this long a sentence that did not arrive is said again, in milliseconds. */
const patience = 5_000;

/** A sentence on its way. */
interface Move {
  id: string;
  step: number;
  choice: string;
  say: string;
}

export class Talk {
  attempt = $state.raw() as Attempt;
  talk = $state.raw() as Conversation;
  notes = $state.raw<Notes>({ revision: 0, noted: [] });
  sorted = $state.raw<Record<string, Element>>({});
  /** What was said and is not acknowledged. */
  move = $state.raw<Move>();
  assessing = $state(false);
  failure = $state.raw<unknown>();

  readonly #sorting: Kept<Record<string, Element>>;
  readonly #saying: Kept<Move>;
  #channel: BroadcastChannel | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(attempt: Attempt) {
    this.#sorting = new Kept('sorting', attempt.id);
    this.#saying = new Kept('saying', attempt.id);
    this.sorted = this.#sorting.read() ?? {};
    this.receive(attempt);
    const move = this.#saying.read();
    if (move?.step === this.talk.step && !this.done) this.move = move;
  }

  get done(): boolean {
    return this.attempt.state !== 'open';
  }

  get ended(): boolean {
    return Boolean(this.talk.node.end);
  }

  /** Takes what the server says; an older copy of the conversation changes nothing. */
  receive(attempt: Attempt): void {
    untrack(() => {
      if (!attempt.interview) return;
      if (this.attempt && ((this.done && attempt.state === 'open') || attempt.interview.step < this.talk.step)) return;
      this.attempt = attempt;
      this.talk = attempt.interview;
      noteRevision(attempt.max_revision);
      this.notes = newestNotes(this.notes, { revision: attempt.max_revision, noted: attempt.interview.noted });
      if (this.move && this.move.step < this.talk.step) this.#said();
    });
  }

  /** Connects the page with the outbox and other tabs. Gives the function that ends it. */
  connect(): () => void {
    const box = outbox();
    const look = () => {
      for (const { path, body } of box.pending(this.attempt.id)) if (path.endsWith('/notes')) this.notes = newestNotes(this.notes, body as Notes);
    };
    const again = () => void this.retry();
    this.#channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`mostik.attempt.${this.attempt.id}`) : undefined;
    this.#channel?.addEventListener('message', (event) => {
      const notes = event.data as Notes | 'moved';
      if (notes !== 'moved') this.notes = newestNotes(this.notes, notes);
      else void this.#ask();
    });
    addEventListener('online', again);
    const end = box.watch(look);
    look();
    if (this.move) void this.#send(this.move);
    return () => {
      end();
      clearTimeout(this.#again);
      removeEventListener('online', again);
      this.#channel?.close();
    };
  }

  /** Says a sentence. */
  async say(choice: string): Promise<void> {
    const chosen = this.talk.node.choices.find((each) => each.key === choice);
    if (!chosen || this.move) return;
    this.move = { id: uuidv7(), step: this.talk.step, choice, say: chosen.say };
    this.#saying.write(this.move);
    await this.#send(this.move);
  }

  /** Ticks or unticks an indicator in the notebook. */
  async note(key: string, on: boolean): Promise<void> {
    const noted = this.talk.indicators.map((each) => each.key).filter((each) => (each === key ? on : this.notes.noted.includes(each)));
    this.notes = { revision: nextRevision(), noted };
    this.#channel?.postMessage({ ...this.notes });
    const { id } = this.attempt;
    try {
      await outbox().put({ method: 'POST', path: `/api/v1/attempts/${id}/notes`, body: { id: uuidv7(), ...this.notes }, group: id });
    } catch (failure) {
      this.failure = failure; // it stands on the page, and goes with the assessment
    }
  }

  sort(fact: string, element: Element): void {
    this.sorted = { ...this.sorted, [fact]: element };
    this.#sorting.write(this.sorted);
  }

  /** Ends the conversation: the notes and the sorting are judged. */
  async assess(): Promise<void> {
    if (this.assessing) return;
    this.assessing = true;
    this.failure = undefined;
    const facts = new Set(this.talk.facts?.map((fact) => fact.key));
    const sorted = Object.fromEntries(Object.entries(this.sorted).filter(([key]) => facts.has(key)));
    try {
      this.receive(await request<Attempt>('POST', `/api/v1/attempts/${this.attempt.id}/assess`, { noted: this.notes.noted, sorted }));
      this.#sorting.write(undefined);
      this.#channel?.postMessage('moved');
    } catch (failure) {
      this.failure = failure;
    } finally {
      this.assessing = false;
    }
  }

  /** Sends what waits once more: the sentence, or the end. */
  async retry(): Promise<void> {
    if (this.move && this.failure) await this.#send(this.move);
  }

  async #send(move: Move): Promise<void> {
    this.failure = undefined;
    try {
      const { id, step, choice } = move;
      const talk = await request<Conversation>('POST', `/api/v1/attempts/${this.attempt.id}/moves`, { id, step, choice });
      if (talk.step > this.talk.step) this.talk = talk;
      this.#said();
      this.#channel?.postMessage('moved');
    } catch (failure) {
      // Refused for good, for example because another tab has gone on: the server says where things stand.
      if (failure instanceof Problem && !failure.passing && failure.status !== 401) {
        this.#said();
        await this.#ask();
      } else if (!(failure instanceof Problem) || failure.passing) {
        clearTimeout(this.#again);
        this.#again = setTimeout(() => void this.retry(), Math.max(patience, failure instanceof Problem ? failure.retryAfter * 1000 : 0));
      }
      this.failure = failure;
    }
  }

  #said(): void {
    this.move = undefined;
    this.#saying.write(undefined);
  }

  async #ask(): Promise<void> {
    await askAttempt(this.attempt.id).then((attempt) => this.receive(attempt), () => undefined);
  }
}
