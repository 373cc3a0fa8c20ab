/**
 * A call: the line, what the room told, and the sound and pictures, put together. It knows no page; a page
 * watches it, and a program without one could use it as well.
 */
import { Line, type LineOptions, type LineState } from './line.ts';
import { Player, Publisher, makePeer, type Answer, type Answering, type MakePeer } from './media.ts';
import { Ways, type Relays } from './ways.ts';
import { RoomState } from './state.ts';
import { count, Meter, type Reading, type Save } from './meter.ts';
import type { Level, Message, Slot, Source, State, Welcome } from './items.ts';
import type { Step } from './uplink.ts';

export interface CallEvents {
  state: (state: State) => void;
  line: (state: LineState) => void;
  welcome: (welcome: Welcome) => void;
  grants: (grants: string[]) => void;
  slots: (slots: Record<string, Slot>) => void;
  levels: (levels: Record<string, number>) => void;
  reaction: (person: string, kind: string) => void;
  /** A host silenced a source, "" for all. */
  muted: (source: Source | '') => void;
  streams: () => void;
  flow: (flows: boolean) => void;
  reading: (reading: Reading) => void;
  /** How much of all is sent to us, by how the line is. */
  level: (level: Level) => void;
  /** How much of our own we send, by how the line is. */
  uplink: (step: Step) => void;
}

export interface CallOptions extends Pick<LineOptions, 'open' | 'ticket' | 'seat' | 'language' | 'console' | 'fatal' | 'onFatal'> {
  events: CallEvents;
  /** Sections to receive in, and how many there may be when more come on stage. */
  audio: number;
  video: number;
  most?: { audio: number; video: number };
  make?: MakePeer;
  /** Runs something soon, once for many messages. */
  soon?: (run: () => void) => void;
}

const readEvery = 2_000;
/** A room that said nothing for so long, in milliseconds, is asked for a word: who waits outside hears nothing otherwise. */
const silence = 20_000;
/** How long the answer to a word may take while there is reason to doubt the line, in milliseconds. */
const doubtTime = 4_000;

export class Call {
  readonly line: Line;
  readonly publisher: Publisher;
  readonly player: Player;
  readonly #state = new RoomState();
  readonly #with: CallOptions;
  readonly #meter = new Meter();
  #pending = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #save: Save = 'off';
  #widths = new Map<string, number>();
  #waiting = false;
  #grants: string[] = [];
  #playing = false;
  #you = '';
  #sections = { audio: 0, video: 0 };

  constructor(options: CallOptions) {
    this.#with = options;
    const make = options.make ?? makePeer;
    const ways = new Ways(() => this.line.ask<Relays>('media.servers', {}, { repeat: false }));
    this.publisher = new Publisher(this.#answer('media.publish'), ways, make);
    this.player = new Player(this.#answer('media.play'), ways, make);
    this.publisher.onGone = () => void this.#send();
    this.player.onGone = () => this.#receive();
    this.player.onStream = () => options.events.streams();
    this.player.onFlow = (flows) => {
      if (!flows) this.#doubt();
      options.events.flow(flows);
    };
    this.publisher.onFlow = (flows) => {
      if (!flows) this.#doubt();
    };
    this.line = new Line({
      ...options,
      since: () => this.#state.number,
      onMessage: (message) => this.#take(message),
      onWelcome: (welcome) => this.#welcome(welcome),
      onState: (state) => options.events.line(state),
    });
  }

  #answer(type: string): Answering {
    return (offer, tracks, session) => this.line.ask<Answer>(type, { offer, ...(tracks ? { tracks } : {}), ...(session ? { session } : {}) }, { repeat: false });
  }

  start(): void {
    this.line.connect();
    this.#timer = setInterval(() => void this.#read(), readEvery);
  }

  close(): void {
    clearInterval(this.#timer);
    this.rest();
    this.line.close();
  }

  /** Nothing is sent or received any more, until the room lets one in anew. */
  rest(): void {
    this.#playing = false;
    this.publisher.clear();
    this.player.close();
  }

  ask<T = unknown>(type: string, data: unknown = {}): Promise<T> {
    return this.line.ask<T>(type, data);
  }

  /** Says what has sense only now: after a break of the line it is not said again. */
  hint(type: string, data: unknown = {}): void {
    void this.line.ask(type, data, { repeat: false }).catch(() => undefined);
  }

  /** A word whose answer shows whether the line is still there: by its missing it begins anew. */
  prove(): void {
    void this.line.ask('media.demand', this.#wish(), { repeat: false, within: doubtTime }).catch(() => undefined);
  }

  /** Sound and pictures stopped: where the network went, the line went with it and says nothing of that. */
  #doubt(): void {
    if (this.#playing) this.prove();
  }

  #welcome(welcome: Welcome): void {
    if (welcome.whole) this.#state.clear();
    this.#waiting = welcome.waiting ?? false;
    this.#grants = welcome.grants;
    this.#playing = false;
    this.#you = welcome.you;
    this.#with.events.welcome(welcome);
    this.#publish();
  }

  #take(message: Message): void {
    const { events } = this.#with;
    const data = message.d as Record<string, unknown>;
    switch (message.t) {
      case 'put':
      case 'drop':
        this.#state.take(message);
        return this.#publish();
      case 'ready':
        return this.#ready();
      case 'grants':
        this.#grants = message.d as string[];
        if (!this.maySend) this.publisher.clear();
        return events.grants(this.#grants);
      case 'slots':
        return events.slots(message.d as Record<string, Slot>);
      case 'levels':
        return events.levels(message.d as Record<string, number>);
      case 'reaction':
        return events.reaction(String(data['person']), String(data['kind']));
      case 'muted':
        return events.muted(data['source'] as Source | '');
      case 'line':
        return events.level(data['level'] as Level);
    }
  }

  /** Whether the room lets one send. A site always may. */
  get maySend(): boolean {
    return this.#grants.includes('publish');
  }

  /** The line stands and everything is told: sound and pictures begin, anew after a break. */
  #ready(): void {
    if (this.#waiting || this.#playing || this.#with.console) return; // a console has neither sound nor pictures
    this.#playing = true;
    // A line that broke leaves its sessions for a moment: those who come back in time hear no gap but the network's.
    void this.player.resume().then((on) => (on ? this.#demand() : this.#receive()), () => undefined);
    if (this.maySend) void this.publisher.resume().then((on) => (on ? undefined : this.#send()), () => undefined);
  }

  /** Begins to receive anew. */
  #receive(): void {
    this.#sections = { audio: this.#with.audio, video: this.#with.video };
    void this.player.open(this.#with.audio, this.#with.video).then(() => this.#demand(), () => undefined);
    this.#grow();
  }

  /** Begins to send anew, all that was sent before. */
  #send(): Promise<void> {
    return this.publisher.again().catch(() => undefined);
  }

  #publish(): void {
    if (this.#pending) return;
    this.#pending = true;
    (this.#with.soon ?? queueMicrotask)(() => {
      this.#pending = false;
      this.#grow();
      this.#with.events.state(this.#state.read());
    });
  }

  /** Opens sections for those who came on stage since, as far as this device shows so many. */
  #grow(): void {
    const { most } = this.#with;
    if (!this.#playing || !most || this.#sections.audio === 0) return;
    const there = [...this.#state.read().tracks.values()].filter(({ person }) => person !== this.#you);
    const more = (kind: 'audio' | 'video') => Math.max(0, Math.min(most[kind], there.filter((track) => track.kind === kind).length) - this.#sections[kind]);
    const [audio, video] = [more('audio'), more('video')];
    if (audio + video === 0) return;
    this.#sections = { audio: this.#sections.audio + audio, video: this.#sections.video + video };
    void this.player.grow(audio, video).then(() => this.#demand(), () => undefined);
  }

  /** Tells how wide pictures are drawn, in device pixels; what is not drawn is not sent. */
  draw(widths: ReadonlyMap<string, number>): void {
    const same = widths.size === this.#widths.size && [...widths].every(([mid, width]) => step(this.#widths.get(mid) ?? -1) === step(width));
    if (same) return;
    this.#widths = new Map(widths);
    this.#demand();
  }

  save(save: Save): void {
    this.#save = save;
    this.#demand();
  }

  #demand(): void {
    if (this.#playing) this.hint('media.demand', this.#wish());
  }

  #wish(): object {
    const slots = [...this.#widths].map(([mid, width]) => ({ mid, width: Math.min(10_000, Math.round(width)) }));
    return { slots, save: this.#save };
  }

  async #weigh(report: RTCStatsReport): Promise<void> {
    const before = this.publisher.step;
    await this.publisher.weigh(Date.now(), report).catch(() => undefined); // the line broke: all begins anew on the next
    if (this.publisher.step !== before) this.#with.events.uplink(this.publisher.step);
  }

  async #read(): Promise<void> {
    if (Date.now() - this.line.heard > silence) this.prove();
    const [down, up] = await Promise.all([this.player.stats(), this.publisher.stats()]);
    const reports = [down, up];
    if (up) await this.#weigh(up);
    this.#with.events.reading(this.#meter.read(Date.now(), count(reports.filter((each) => each !== undefined))));
  }
}

/** The layer that a width asks for: a change within one is not worth a word. */
function step(width: number): number {
  return width < 0 ? -1 : width === 0 ? 0 : width <= 360 ? 1 : width <= 720 ? 2 : 3;
}
