/** A webinar's report as the server tells of it. */

export interface Span {
  from: string;
  to: string;
}

export type Grade = 'device' | 'code' | 'tick' | 'paper' | 'correction';

export interface Presence {
  key: string;
  person_id?: string;
  name: string;
  sites: string[];
  centre_ids: string[];
  home?: string;
  country?: string;
  evidence: Grade[];
  minutes: number;
  percent: number;
  asked: number;
  answered: number;
  first: string;
  last: string;
  spans: Span[];
  corrections: number[];
  before?: { minutes: number; percent: number };
  credit?: 'given' | 'taken' | 'review';
}

export interface Floor extends Span {
  minutes: number;
  pauses: (Span & { label?: string })[];
}

export interface Correction {
  number: number;
  kind: 'add' | 'change' | 'strike' | 'match' | 'withdraw';
  at: string;
  author: string;
  reason: string;
  who: string;
  name?: string;
  from?: string;
  to?: string;
  withdraws?: number;
}

export interface Rules {
  site_grace: number;
  floor_share: number;
  keep_days: number;
}

export interface Paper {
  id: string;
  centre_id?: string;
  centre_name?: string;
  name: string;
  size: number;
  by: string;
  at: string;
  gone: boolean;
}

export interface Attendance {
  title: string;
  language: string;
  starts_at: string;
  rules: Rules;
  summary: { people: number; sites: number; heads: number; countries: number; median_minutes: number; median_percent: number; reached: number; unmatched: number };
  floor: Floor;
  over: boolean;
  centres: { id: string; name: string; country: string; heads: number }[];
  people: Presence[];
  corrections: Correction[];
  papers: Paper[];
  objections: { person_id: string; name: string; text: string; at: string }[];
  whole: boolean;
  may_set: boolean;
}

export interface Step {
  at: string;
  kind: string;
  by?: Grade;
  site?: string;
  correction?: number;
}

export interface Evidence {
  presence: Presence;
  floor: Floor;
  rules: Rules;
  steps: Step[];
  corrections: Correction[];
  /** It is one's own, and one's course asks for the share of the floor. */
  counts?: boolean;
}

export interface Candidate {
  id: string;
  name: string;
  centre: string;
  likely: boolean;
}

export interface Item<Body> {
  key: string;
  at: string;
  name: string;
  body: Body;
}

export interface Said {
  chat: Item<{ to: string; text: string; hidden?: boolean }>[];
  questions: Item<{ text: string; state: string; votes: number; anonymous?: boolean }>[];
  polls: Item<{ question: string; kind: string; options: { key: string; text: string }[]; anonymous?: boolean; votes: number; results?: Record<string, number>; right?: string[] }>[];
  files: Item<{ name: string; size: number }>[];
  decks: Item<{ title: string; pages: number }>[];
  notes: Item<{ text: string }>[];
  tidied_at?: string;
}
