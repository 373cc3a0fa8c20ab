/**
 * The line to a room: a WebSocket that says hello, comes back by itself, and repeats under the same id what
 * was not answered. The server carries an id out once, so a repeat is harmless.
 */
import type { Message, Welcome } from './items.ts';

export const subprotocol = 'mostik.1';

/** What of a WebSocket is used; a test gives its own. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: { data: unknown } & never) => unknown) | null;
  onclose: ((event: { code: number } & never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
}

/** Why the room said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly code: string,
    detail: string,
    readonly field = '',
  ) {
    super(detail || code);
  }
}

/** The line broke before an answer to something that has no sense to repeat. */
export class LineLost extends Error {
  override readonly name = 'LineLost';
}

/** How the line stands. "ended" has the code by which the server closed it for good, and the word for why one was not let in. */
export type LineState = { at: 'connecting' | 'open' | 'waiting' } | { at: 'ended'; code: number; why: string };

/** Codes after which one does not come back by oneself. */
export const ends = { replaced: 4001, refused: 4003, removed: 4004, over: 4005 } as const;
const restarting = 4012;
/** A server that cannot be reached is asked again after so many milliseconds, twice as many each time. */
const firstWait = 500;
const longestWait = 8_000;
/** How long a line may be silent before a word proves it: the server answers every command. */
const answerTime = 15_000;
/** How long a socket may take from its opening to "ready"; a network that swallows everything says nothing at all. */
const entryTime = 20_000;

interface Waiting {
  type: string;
  data: unknown;
  repeat: boolean;
  within: number;
  resolve: (data: unknown) => void;
  reject: (failure: Error) => void;
  timer?: ReturnType<typeof setTimeout>;
}

export interface LineOptions {
  open: () => Socket;
  /** A valid ticket; asked before each hello, since one lasts minutes. */
  ticket: () => Promise<string>;
  seat: { read: () => string; write: (secret: string) => void };
  /** The number of the newest change that is known here. */
  since: () => number;
  language: () => string;
  /** The name of a site's console: a line beside the one with sound and pictures. */
  console?: string | undefined;
  onMessage: (message: Message) => void;
  onWelcome: (welcome: Welcome) => void;
  onState: (state: LineState) => void;
  /** A ticket could not be had for a reason that waiting does not mend. */
  fatal?: (failure: unknown) => boolean;
  onFatal?: (failure: unknown) => void;
}

export class Line {
  readonly #with: LineOptions;
  #socket: Socket | undefined;
  #open = false;
  #closed = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #entry: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #hello = '';
  #why = '';
  #count = 0;
  /** When the room said anything last, in milliseconds since 1970. */
  heard = 0;
  /** The seat remembers ids across reloads, so no two visits may use the same ones. */
  readonly #mark = Math.random().toString(36).slice(2, 10);
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: LineOptions) {
    this.#with = options;
  }

  /** Begins, or begins anew at once. */
  connect(): void {
    this.#closed = false;
    this.#drop();
    clearTimeout(this.#timer);
    this.#with.onState({ at: 'connecting' });
    void this.#start();
  }

  async #start(): Promise<void> {
    const turn = ++this.#turn;
    const over = () => this.#closed || turn !== this.#turn; // left, or begun anew, while the ticket was fetched
    let ticket: string;
    try {
      ticket = await this.#with.ticket();
    } catch (failure) {
      if (over()) return;
      if (!this.#with.fatal?.(failure)) return this.#again();
      this.#closed = true;
      return this.#with.onFatal?.(failure);
    }
    if (over()) return;
    this.#drop();
    const socket = (this.#socket = this.#with.open());
    this.#entry = setTimeout(() => this.#lost(0), entryTime);
    const mine = (run: () => void) => () => {
      if (this.#socket === socket) run();
    };
    socket.onopen = mine(() => {
      const seat = this.#with.seat.read();
      const since = this.#with.since();
      const { console } = this.#with;
      const language = this.#with.language();
      this.#why = '';
      this.#hello = this.#id();
      this.#write({ t: 'hello', id: this.#hello, d: { ticket, ...(seat ? { seat } : {}), ...(since && seat ? { since } : {}), ...(console ? { console } : {}), language } });
    });
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#read((event as { data: unknown }).data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost((event as { code: number }).code);
    };
    socket.onerror = null;
  }

  #read(text: unknown): void {
    if (typeof text !== 'string') return;
    this.heard = Date.now();
    const message = JSON.parse(text) as Message;
    switch (message.t) {
      case 'welcome': {
        const welcome = message.d as Welcome;
        this.#with.seat.write(welcome.seat);
        this.#with.onWelcome(welcome);
        return;
      }
      case 'ready':
        clearTimeout(this.#entry);
        this.#tries = 0;
        this.#open = true;
        this.#with.onMessage(message);
        this.#with.onState({ at: 'open' });
        for (const [id, each] of this.#waiting) this.#send(id, each);
        return;
      case 'ok':
      case 'no':
        return this.#answered(message);
    }
    this.#with.onMessage(message);
  }

  #answered(message: Message): void {
    if (message.t === 'no' && message.re === this.#hello) this.#why = (message.d as { code?: string } | undefined)?.code ?? '';
    const waiting = this.#waiting.get(message.re ?? '');
    if (!waiting) return;
    this.#waiting.delete(message.re ?? '');
    clearTimeout(waiting.timer);
    if (message.t === 'ok') return waiting.resolve(message.d);
    const { code = '', detail = '', field = '' } = (message.d ?? {}) as { code?: string; detail?: string; field?: string };
    waiting.reject(new Refused(code, detail, field));
  }

  /** Sends a command and gives its answer; across a break of the line where that has sense. A line that gives none within so many milliseconds is lost. */
  ask<T = unknown>(type: string, data: unknown = {}, options: { repeat?: boolean; within?: number } = {}): Promise<T> {
    if (this.#closed) return Promise.reject(new LineLost('the line has ended'));
    const repeat = options.repeat ?? true;
    if (!repeat && !this.#open) return Promise.reject(new LineLost('the line is not open'));
    return new Promise<unknown>((resolve, reject) => {
      const id = this.#id();
      const waiting: Waiting = { type, data, repeat, within: options.within ?? answerTime, resolve, reject };
      this.#waiting.set(id, waiting);
      if (this.#open) this.#send(id, waiting);
    }) as Promise<T>;
  }

  #send(id: string, waiting: Waiting): void {
    this.#write({ t: waiting.type, id, d: waiting.data });
    clearTimeout(waiting.timer);
    // A network that went away without a word shows itself by an answer that does not come.
    waiting.timer = setTimeout(() => {
      if (this.#waiting.has(id) && this.#open) this.#lost(0);
    }, waiting.within);
  }

  #id(): string {
    return `${this.#mark}-${++this.#count}`;
  }

  #write(message: Message): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #lost(code: number): void {
    this.#drop();
    if (this.#closed) return;
    if (Object.values<number>(ends).includes(code)) return this.#finish(code);
    if (code === restarting) this.#tries = 0;
    this.#again();
  }

  #finish(code: number): void {
    this.#closed = true;
    for (const each of this.#waiting.values()) {
      clearTimeout(each.timer);
      each.reject(new LineLost(`the line was closed with ${code}`));
    }
    this.#waiting.clear();
    this.#with.onState({ at: 'ended', code, why: this.#why });
  }

  #again(): void {
    this.#with.onState({ at: 'waiting' });
    const wait = Math.min(longestWait, firstWait * 2 ** this.#tries++);
    clearTimeout(this.#timer);
    // Spread, so that a room full of people does not come back in the same instant.
    this.#timer = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
  }

  /** Takes the socket away and lets go of what only had sense on it. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#open = false;
    clearTimeout(this.#entry);
    socket?.close();
    for (const [id, each] of this.#waiting) {
      clearTimeout(each.timer);
      if (each.repeat) continue;
      this.#waiting.delete(id);
      each.reject(new LineLost('the line broke'));
    }
  }

  /** Leaves for good. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    for (const each of this.#waiting.values()) each.reject(new LineLost('left'));
    this.#waiting.clear();
  }
}
