/** What a room knows, part by part, as the line tells it. The server's words: live/signal/doc.go. */

export interface RoomInfo {
  title: string;
  language?: string;
  /** Milliseconds since 1970, as every time of the room. */
  began?: number;
  ended?: number;
  locked?: boolean;
  waiting_room?: boolean;
  layout: 'speaker' | 'grid';
  pin?: string;
  chat: 'all' | 'hosts' | 'off';
  /** Participants do not write to each other alone. */
  private_off?: boolean;
  /** Questions have names. */
  nameless_off?: boolean;
  agenda?: { key: string; title: string; minutes?: number }[];
  agenda_at?: string;
  /** Since when an announced pause lasts. */
  paused?: number;
  pause_label?: string;
}

export type Role = 'host' | 'speaker' | 'audience';

/** A connection: somebody alone, or a site with several people. */
export interface Person {
  name: string;
  /** A device sends without a line: a room system, a streaming program. Nobody sits at it. */
  kind: 'person' | 'site' | 'guest' | 'device';
  role: Role;
  city?: string;
  zone?: string;
  heads?: number;
  line: 'on' | 'away' | 'phone';
  mic?: boolean;
  cam?: boolean;
  screen?: boolean;
  /** When the hand went up; 0 or absent while it is down. */
  hand?: number;
  phone?: string;
  /** A host stopped their messages. */
  quiet?: boolean;
}

export interface Waiting {
  name: string;
  kind: string;
  since: number;
}

/** Somebody whom a host has taken out for good. */
export interface Banned {
  name: string;
  at: number;
}

export type RosterState = 'here' | 'late' | 'left' | 'expected';

export interface RosterEntry {
  site: string;
  name: string;
  state: RosterState;
  by?: 'device' | 'code' | 'tick';
  at?: number;
}

export type Source = 'mic' | 'cam' | 'screen' | 'screen-audio';

export interface Track {
  person: string;
  kind: 'audio' | 'video';
  source: Source;
  muted?: boolean;
}

/** A line on a slide, in parts of its width and height. */
export interface Stroke {
  colour: string;
  points: [number, number][];
}

export interface Slide {
  id: string;
  title: string;
  page: number;
  pages: number;
  by: string;
  drawing?: Stroke[];
  pointer?: [number, number];
}

export interface Deck {
  title: string;
  pages: number;
  by: string;
  at: number;
  /** The presenter's notes by page; for hosts and for who brought the slides. */
  notes?: Record<string, string>;
  state?: 'preparing' | 'failed';
  /** The code of a failure. */
  why?: string;
}

export interface ChatLine {
  from: string;
  /** "" for all, "hosts", or a person. */
  to: string;
  text: string;
  at: number;
  hidden?: boolean;
  /** What they are called, whether they are still there or not. */
  from_name?: string;
  to_name?: string;
}

export interface Question {
  text: string;
  from: string;
  name: string;
  at: number;
  votes: number;
  mine: boolean;
  state: 'open' | 'answering' | 'answered' | 'hidden';
}

export type PollKind = 'single' | 'multiple' | 'scale' | 'quiz';

export interface Poll {
  question: string;
  kind: PollKind;
  options: { key: string; text: string }[];
  state: 'draft' | 'open' | 'closed';
  anonymous: boolean;
  voted: boolean;
  votes: number;
  at: number;
  shown: boolean;
  /** The results are shown to everybody when it is closed. */
  reveal?: boolean;
  results?: Record<string, number>;
  right?: string[];
}

export interface RoomFile {
  name: string;
  size: number;
  type: string;
  from: string;
  at: number;
  /** How long it stays. */
  keep?: 'webinar' | 'case' | 'course';
  /** What was taken out of it when it came. */
  taken?: ('place' | 'camera' | 'author' | 'text' | 'active')[];
  from_name?: string;
}

export interface Timer {
  ends: number;
  label?: string;
}

/** The newest question of presence; how many answered is told to hosts. */
export interface Check {
  until: number;
  mine: boolean;
  asked?: number;
  answered?: number;
  next?: number;
}

export interface Notes {
  text: string;
  version: number;
  by: string;
  by_name?: string;
}

/** The parts, with what lies under each key. */
export interface Parts {
  room: RoomInfo;
  people: Person;
  waiting: Waiting;
  banned: Banned;
  roster: RosterEntry;
  tracks: Track;
  slides: Slide;
  decks: Deck;
  chat: ChatLine;
  questions: Question;
  polls: Poll;
  files: RoomFile;
  timer: Timer;
  notes: Notes;
  check: Check;
}

export type PartName = keyof Parts;
export type State = { readonly [P in PartName]: ReadonlyMap<string, Parts[P]> };

export const partNames: readonly PartName[] = [
  'room', 'people', 'waiting', 'banned', 'roster', 'tracks', 'slides', 'decks', 'chat', 'questions', 'polls', 'files', 'timer', 'notes', 'check',
];

/** What a section of the receiving connection shows. */
export interface Slot {
  track: string;
  person: string;
  source: Source;
  /** The line carries no moving picture: the last one stands. */
  still?: boolean;
}

/** How much the line to this browser carries: less with each. The server's words. */
export type Level = 'full' | 'lower' | 'speaker' | 'slides' | 'voice';

/** One frame of the line in either direction. */
export interface Message {
  t: string;
  id?: string;
  re?: string;
  n?: number;
  d?: unknown;
}

export interface Welcome {
  seat: string;
  you: string;
  room: string;
  number: number;
  whole: boolean;
  now: number;
  grants: string[];
  waiting?: boolean;
  /** Opens files and slides over HTTP. */
  key?: string;
}
