/** A room as the page draws it: the call's news as state, one's own devices, and what one does. */
import { Call } from '../../lib/call/call.ts';
import { Refused, subprotocol, type LineState, type Socket } from '../../lib/call/line.ts';
import { openCamera, openMicrophone, openScreen, faultOf, type DeviceFault } from '../../lib/call/devices.ts';
import { Opening } from '../../lib/call/opening.ts';
import { advice, type Reading, type Save } from '../../lib/call/meter.ts';
import { Problem } from '../../lib/api/problem.ts';
import { RoomState } from '../../lib/call/state.ts';
import { lang } from '../../lib/text/text.svelte.ts';
import { uuidv7 } from '../../lib/uuid.ts';
import { consoleName, keepChoice, readChoice, seatOf, type DeviceChoice } from './choice.ts';
import { Drafts } from './drafts.svelte.ts';
import { namesOf } from './order.ts';
import type { Level, Person, Slot, Source, State, Stroke, Welcome } from '../../lib/call/items.ts';
import type { Step } from '../../lib/call/uplink.ts';

/** Sections to receive in: a phone has no room for more faces. */
const sections = {
  phone: { audio: 4, video: 6, most: { audio: 8, video: 9 } },
  desk: { audio: 5, video: 9, most: { audio: 12, video: 25 } },
};
/** How long a reaction is seen, in milliseconds. */
const reactionTime = 5_000;
/** After so many good readings in a row nobody is asked to save any more. */
const calmReadings = 5;

/** The kind of network, where a browser tells it. */
const network = () => (navigator as Navigator & { connection?: EventTarget & { type?: string } }).connection;

export interface Entry {
  webinar: string;
  /** The centre for which one comes, "" for oneself. */
  site: string;
  ticket: () => Promise<string>;
  /** Whether one comes as the site's console, beside its computer with the camera. */
  console?: boolean;
}

type Shared = Awaited<ReturnType<typeof openScreen>>;

export interface Reaction {
  id: number;
  person: string;
  kind: string;
}

export class Live {
  state = $state.raw<State>(new RoomState().read());
  line = $state.raw<LineState>({ at: 'connecting' });
  you = $state('');
  grants = $state.raw<string[]>([]);
  waiting = $state(false);
  slots = $state.raw<Record<string, Slot>>({});
  levels = $state.raw<Record<string, number>>({});
  /** Who spoke last, and so is large. */
  speaker = $state('');
  reactions = $state.raw<Reaction[]>([]);
  /** Changes when a section has a stream to play. */
  streams = $state(0);
  flows = $state(true);
  everFlowed = $state(false);
  reading = $state.raw<Reading>({ down: 0, up: 0, rate: 0, loss: 0, delay: 0 });
  /** What the line carries to us, and what of our own we can send. */
  level = $state<Level>('full');
  uplink = $state<Step>('full');
  choice = $state.raw<DeviceChoice>(readChoice());
  /** A saving that is offered because the line is weak. */
  offered = $state.raw<Save | undefined>();
  fault = $state.raw<unknown>();
  deviceFault = $state.raw<{ of: 'cam' | 'mic' | 'screen'; why: DeviceFault } | undefined>();
  mic = $state.raw<MediaStreamTrack | undefined>();
  micOn = $state(false);
  cam = $state.raw<MediaStreamTrack | undefined>();
  screen = $state.raw<MediaStreamTrack | undefined>();
  /** One's own camera as a tile shows it: the same stream for as long as it is the same camera. */
  readonly own = $derived(this.cam && new MediaStream([this.cam]));
  /** The screen's sound goes along. */
  screenSound = $state(false);
  /** A host put one on the stage, and nothing was turned on yet. */
  invited = $state(false);
  /** A host silenced one. */
  silenced = $state(false);
  /** The server's clock less ours, in milliseconds. */
  ahead = 0;
  /** What was written and not sent, whatever panel is open. */
  readonly drafts: Drafts;
  readonly webinar: string;
  readonly asSite: boolean;
  /** A site's list, hand and words, without sound and pictures. */
  readonly console: boolean;
  readonly call: Call;
  #screenAudio: MediaStreamTrack | null = null;
  #key = '';
  #keyOf = '';
  #spoke = new Map<string, number>();
  #count = 0;
  #mending = new Set<Source>();
  #declined: Save | undefined;
  #calm = 0;
  #names: ReadonlyMap<string, string> = new Map();
  /** Whether one was sent out, so that devices were let go of. */
  #out = false;
  readonly #cameras = new Opening<MediaStreamTrack>((late) => late.stop());
  readonly #microphones = new Opening<MediaStreamTrack>((late) => late.stop());
  readonly #screens = new Opening<Shared>((late) => [late.screen, late.sound].forEach((track) => track?.stop()));

  constructor(entry: Entry) {
    this.webinar = entry.webinar;
    this.drafts = new Drafts(`${entry.webinar}.${entry.site}`);
    this.asSite = entry.site !== '';
    this.console = entry.console ?? false;
    this.call = new Call({
      ...(matchMedia('(min-width: 48rem)').matches ? sections.desk : sections.phone),
      open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/webinars/${encodeURIComponent(entry.webinar)}/socket`, subprotocol) as unknown as Socket,
      ticket: entry.ticket,
      seat: seatOf(entry.webinar, entry.site),
      language: lang,
      console: this.console ? consoleName() : undefined,
      fatal: (failure) => failure instanceof Problem && !failure.passing,
      onFatal: (failure) => {
        this.fault = failure;
        this.#sentOut();
      },
      events: {
        state: (state) => this.#told(state),
        line: (line) => {
          this.line = line;
          if (line.at === 'ended') this.#sentOut();
        },
        welcome: (welcome) => this.#welcomed(welcome),
        grants: (grants) => this.#granted(grants),
        slots: (slots) => (this.slots = slots),
        levels: (levels) => this.#heard(levels),
        reaction: (person, kind) => this.#reacted(person, kind),
        muted: (source) => this.#muted(source),
        streams: () => this.streams++,
        flow: (flows) => {
          this.flows = flows;
          this.everFlowed ||= flows;
        },
        reading: (reading) => this.#read(reading),
        level: (level) => (this.level = level),
        uplink: (step) => (this.uplink = step),
      },
    });
  }

  get me(): Person | undefined {
    return this.state.people.get(this.you);
  }
  /** Somebody's name, also when they have left; "" where it was never told here. */
  name(person: string): string {
    return this.#names.get(person) ?? '';
  }
  get isHost(): boolean {
    return this.grants.includes('host');
  }
  get maySend(): boolean {
    return this.grants.includes('publish');
  }
  get mayShow(): boolean {
    return this.grants.includes('slides');
  }
  get room() {
    return this.state.room.get('room');
  }
  now(): number {
    return Date.now() + this.ahead;
  }

  /** The device lost or found a network: the line that was is of no use, and it is tried at once. */
  #turned = (): void => {
    if (this.line.at !== 'ended' && this.fault === undefined) this.call.line.connect();
  };

  /** A device that slept finds out at once whether its line is still there. */
  #woke = (): void => {
    if (document.visibilityState === 'visible' && this.line.at === 'open') this.call.prove();
  };

  /** From Wi-Fi to a mobile network or back. The event tells of a changed rate as well, which is no reason. */
  #moved = (): void => {
    const now = network()?.type;
    if (now !== this.#network) this.#turned();
    this.#network = now;
  };
  #network = network()?.type;

  /** Enters with what was opened in the lobby. */
  start(cam: MediaStreamTrack | undefined, mic: MediaStreamTrack | undefined, micOn: boolean): void {
    this.cam = cam;
    this.mic = mic;
    this.micOn = micOn && !!mic;
    if (mic) {
      mic.enabled = this.micOn;
      this.#watchMic(mic);
      this.call.publisher.hold('mic', mic);
    }
    if (cam) {
      this.#watchCam(cam);
      this.call.publisher.hold('cam', cam);
    }
    this.call.start();
    addEventListener('online', this.#turned);
    addEventListener('offline', this.#turned);
    document.addEventListener('visibilitychange', this.#woke);
    network()?.addEventListener('change', this.#moved);
  }

  leave(): void {
    removeEventListener('online', this.#turned);
    removeEventListener('offline', this.#turned);
    document.removeEventListener('visibilitychange', this.#woke);
    network()?.removeEventListener('change', this.#moved);
    this.#letGo();
    this.drafts.drop();
    this.call.close();
  }

  /** The room is over for one, for good or until one comes back: neither camera nor microphone stays on. */
  #sentOut(): void {
    this.#out = true;
    this.#letGo();
    this.call.rest();
  }

  #welcomed(welcome: Welcome): void {
    this.you = welcome.you;
    this.waiting = welcome.waiting ?? false;
    this.level = 'full';
    this.ahead = welcome.now - Date.now();
    // One pass for the whole visit: pictures stand under its address in the browser's store.
    if (welcome.key && this.#keyOf !== welcome.you) [this.#key, this.#keyOf] = [welcome.key, welcome.you];
    this.grants = welcome.grants;
    if (this.#out && this.maySend) this.invited = true;
    this.#out = false;
    this.#goOn();
    if (!this.maySend && !this.waiting) this.#drop();
    this.call.save(this.choice.save);
  }

  /** Goes on with files that a reload cut off. */
  #goOn(): void {
    if (this.waiting || !localStorage.getItem(`mostik.uploads.${this.webinar}`)) return;
    void import('./panels/uploads.svelte.ts').then(({ uploadsOf }) => uploadsOf(this));
  }

  #granted(grants: string[]): void {
    const before = this.maySend;
    this.grants = grants;
    if (this.maySend && !before) this.invited = true;
    if (!this.maySend && before) {
      this.invited = false;
      this.#drop();
    }
  }

  /** Lets go of what was sent, and of the devices. */
  #drop(): void {
    this.call.publisher.clear();
    this.#letGo();
  }

  #letGo(): void {
    for (const opening of [this.#cameras, this.#microphones, this.#screens]) opening.cancel();
    for (const track of [this.mic, this.cam, this.screen]) track?.stop();
    this.#screenAudio?.stop();
    this.mic = this.cam = this.screen = undefined;
    this.micOn = this.screenSound = false;
  }

  #told(state: State): void {
    this.#names = namesOf(state.people, this.#names);
    this.state = state;
    this.#mend('mic', this.micOn);
    this.#mend('cam', !!this.cam);
  }

  /** After a return the room believes that all that is sent is meant; what is off here is told again. */
  #mend(source: 'mic' | 'cam', on: boolean): void {
    if (on || this.console || !this.me?.[source] || this.#mending.has(source)) return;
    this.#mending.add(source);
    void this.#mute(source, true).finally(() => this.#mending.delete(source));
  }

  #heard(levels: Record<string, number>): void {
    this.levels = levels;
    const now = Date.now();
    let loudest = '';
    for (const [person, level] of Object.entries(levels)) {
      if (level > 20) this.#spoke.set(person, now);
      if (level > (levels[loudest] ?? 20)) loudest = person;
    }
    // The large face changes when the one before has been silent for a while, not with each cough.
    if (loudest && loudest !== this.speaker && now - (this.#spoke.get(this.speaker) ?? 0) > 1_500) this.speaker = loudest;
  }

  #reacted(person: string, kind: string): void {
    const id = ++this.#count;
    this.reactions = [...this.reactions, { id, person, kind }].slice(-12);
    setTimeout(() => (this.reactions = this.reactions.filter((each) => each.id !== id)), reactionTime);
  }

  #muted(source: Source | ''): void {
    if (source === 'mic' || source === '') {
      if (this.micOn) this.silenced = true;
      this.micOn = false;
      if (this.mic) this.mic.enabled = false;
    }
    if (source === '') this.#drop();
  }

  #read(reading: Reading): void {
    this.reading = reading;
    // What the room has taken away by itself need not be asked for.
    const next = this.level === 'full' ? advice(reading, this.choice.save) : undefined;
    this.#calm = next ? 0 : this.#calm + 1;
    if (next) this.#offer(next);
    else if (this.#calm >= calmReadings) this.offered = undefined; // it was a bad moment
  }

  #offer(save: Save): void {
    if (save !== this.#declined && save !== this.choice.save) this.offered = save;
  }

  decline(): void {
    this.#declined = this.offered;
    this.offered = undefined;
  }

  save(save: Save): void {
    this.offered = undefined;
    this.choose({ save });
    this.call.save(save);
  }

  choose(change: Partial<DeviceChoice>): void {
    this.choice = { ...this.choice, ...change };
    keepChoice(this.choice);
  }

  async #set(source: Source, track: MediaStreamTrack | null): Promise<void> {
    try {
      await this.call.publisher.set(source, track);
    } catch (failure) {
      // The line broke: on the next one everything is sent anew. A refusal is a right that was taken meanwhile.
      if (failure instanceof Refused) this.call.publisher.close();
    }
  }

  async #mute(source: Source, muted: boolean): Promise<void> {
    await this.call.ask('media.mute', { source, muted }).catch(() => undefined);
  }

  async setMic(on: boolean): Promise<void> {
    this.deviceFault = undefined;
    this.silenced = false;
    this.invited = false;
    if (on && (!this.mic || this.mic.readyState === 'ended') && !(await this.#openMic(true))) return;
    if (!on) this.#microphones.cancel();
    if (this.mic) this.mic.enabled = on;
    this.micOn = on && !!this.mic;
    await this.#mute('mic', !this.micOn);
  }

  /** Opens the chosen microphone, heard from its first moment or not; false when there is none. */
  async #openMic(on: boolean): Promise<boolean> {
    try {
      const track = await this.#microphones.open(() => openMicrophone(this.choice.microphone, this.choice.sound));
      if (!track) return false;
      track.enabled = on;
      this.mic = track;
      this.#watchMic(track);
      await this.#set('mic', track);
      return true;
    } catch (failure) {
      if (this.micOn) await this.setMic(false);
      this.deviceFault = { of: 'mic', why: faultOf(failure) };
      return false;
    }
  }

  async setCam(on: boolean): Promise<void> {
    this.deviceFault = undefined;
    this.invited = false;
    if (!on) {
      this.#cameras.cancel();
      this.cam?.stop();
      this.cam = undefined;
      await Promise.all([this.#mute('cam', true), this.#set('cam', null)]);
      return;
    }
    try {
      const track = await this.#cameras.open(() => openCamera(this.choice.camera, this.choice.blur));
      if (!track) return;
      this.#watchCam(track);
      this.cam = track;
      await this.#set('cam', track);
      await this.#mute('cam', false);
    } catch (failure) {
      if (this.cam?.readyState === 'ended') await this.setCam(false); // the one before was let go of
      this.deviceFault = { of: 'cam', why: faultOf(failure) };
    }
  }

  /** A device may be pulled out while it is used. */
  #watchCam(track: MediaStreamTrack): void {
    track.onended = () => {
      if (this.cam !== track) return;
      void this.setCam(false);
      this.deviceFault = { of: 'cam', why: 'none' };
    };
  }

  #watchMic(track: MediaStreamTrack): void {
    track.onended = () => {
      if (this.mic !== track) return;
      void this.setMic(false);
      this.deviceFault = { of: 'mic', why: 'none' };
    };
  }

  async setScreen(on: boolean): Promise<void> {
    this.deviceFault = undefined;
    if (!on) {
      this.#screens.cancel();
      this.screen?.stop();
      this.screen = undefined;
      this.#screenAudio?.stop();
      this.screenSound = false;
      await Promise.all([this.#mute('screen', true), this.#set('screen', null), this.#set('screen-audio', null)]);
      return;
    }
    try {
      const opened = await this.#screens.open(openScreen);
      if (!opened) return;
      const { screen, sound } = opened;
      screen.onended = () => {
        if (this.screen === screen) void this.setScreen(false); // by the browser's own bar
      };
      this.screen = screen;
      this.#screenAudio = sound;
      this.screenSound = sound !== null;
      await this.#set('screen', screen);
      await this.#set('screen-audio', sound);
      await this.#mute('screen', false);
    } catch (failure) {
      // To close the browser's choice is no fault.
      const why = faultOf(failure);
      if (why !== 'denied') this.deviceFault = { of: 'screen', why };
    }
  }

  /** Takes another camera or microphone, or treats it in another way, while in the room. */
  async change(change: Partial<Pick<DeviceChoice, 'camera' | 'microphone' | 'sound' | 'blur'>>): Promise<void> {
    this.choose(change);
    if (('camera' in change || 'blur' in change) && this.cam) {
      this.cam.onended = null;
      this.cam.stop();
      await this.setCam(true);
    }
    if (('microphone' in change || 'sound' in change) && this.mic) {
      this.mic.onended = null;
      this.mic.stop();
      await this.#openMic(this.micOn); // who is silent stays silent
    }
  }

  /** Address of a file or a picture of this room. */
  address(path: string, query: Record<string, string> = {}): string {
    return `/api/v1/webinars/${encodeURIComponent(this.webinar)}/${path}?${new URLSearchParams({ ...query, k: this.#key })}`;
  }

  page(deck: string, page: number, width: 640 | 1280): string {
    return this.address(`decks/${encodeURIComponent(deck)}/${page}`, { w: String(width) });
  }

  /** Says something to the room, and gives the code of a refusal; "" when it was taken. */
  async do(type: string, data: object = {}): Promise<string> {
    try {
      await this.call.ask(type, data);
      return '';
    } catch (failure) {
      return failure instanceof Refused ? failure.code || 'refused' : 'line';
    }
  }

  /** Lines of the chat that are on their way; a line that broke keeps them until it is back. */
  sending = $state.raw<{ key: string; to: string; text: string }[]>([]);

  /** Writes to the chat. What is refused comes back as a draft. */
  async write(to: string, text: string): Promise<string> {
    const line = { key: uuidv7(), to, text };
    this.sending = [...this.sending, line];
    const code = await this.do('chat.send', line);
    this.sending = this.sending.filter((each) => each !== line);
    if (code) this.drafts.giveBack('chat', text);
    return code;
  }

  draw(stroke: Stroke): Promise<string> {
    return this.do('slides.draw', { strokes: [stroke] });
  }
}
