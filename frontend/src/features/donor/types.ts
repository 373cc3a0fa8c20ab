/** Reports for donors, as the API gives them. */

export interface Definition {
  key: string;
  name: Record<string, string>;
  count: Counted;
  of?: Counted;
  units: ('persons' | 'attendances')[];
  by: string[][];
  target?: { value: number; by?: string };
}

export interface Counted {
  act: string;
  components?: string[];
  share?: number;
  what?: string;
  period?: string;
}

export interface Indicator {
  key: string;
  country: string;
  definition: Definition;
  title: string;
  words: string;
  ended: boolean;
  manages: boolean;
}

export interface ReportRow {
  id: string;
  title: string;
  programme: string;
  programme_title: string;
  country: string;
  /** Where it is on several, and not on all. */
  countries?: string[];
  language: string;
  from_day: string;
  to_day: string;
  threshold: number;
  author: string;
  created_at: string;
  frozen_at?: string;
  frozen_by?: string;
  digest?: string;
  manages: boolean;
}

export interface Choices {
  programmes: { key: string; title: string; country: string; components: Choice[]; categories: Choice[] }[];
  indicators: Indicator[];
  countries: string[];
  all: boolean;
}

export interface Choice {
  key: string;
  title: string;
}

/** What stands at one place; nothing of it where it is hidden. */
export interface Figures {
  persons?: number;
  attendances?: number;
  hidden?: boolean;
  of?: number;
  of_hidden?: boolean;
  share?: number;
}

export interface Line extends Figures {
  cats: string[];
}

export interface Breakdown {
  by: string[];
  rows: Line[];
}

export interface Figure extends Figures {
  definition: Definition;
  tables: Breakdown[];
}

export interface Group {
  n: number;
  hidden?: boolean;
  at_least?: boolean;
}

export interface Learning {
  course: string;
  titles: Record<string, string>;
  pairs: Group;
  before?: number;
  after?: number;
  gain?: number;
  effect?: number;
  small?: boolean;
  missing?: { only_before: number; only_after: number; neither: number };
}

export interface Reaction {
  course: string;
  item: string;
  stems: Record<string, string>;
  to: number;
  n: number;
  mean?: number;
}

export interface Later {
  months: number;
  /** Those whom people work for; the people themselves without. */
  by?: 'supervisor';
  asked: Group;
  answered: Group;
  rate?: number;
  results: { item: string; of: Group; mean?: number; shares?: Record<string, number> }[];
}

export interface Note {
  id: string;
  happened_on: string;
  words: string;
  source: string;
  country: string;
  author?: string;
  manages?: boolean;
}

export interface Outcomes {
  reaction: Reaction[] | null;
  learning: Learning[] | null;
  later: Later[] | null;
  notes: Note[] | null;
}

export interface Report extends ReportRow {
  content: { threshold: number; indicators: Figure[]; outcomes: Outcomes };
  labels: Record<string, string>;
  files: { kind: string; sha256: string; bytes: number }[];
}

export interface OutcomesView extends Outcomes {
  programme: string;
  title: string;
  country: string;
  manages: boolean;
  words: Record<string, string>;
}

export interface Total {
  id: string;
  programme: string;
  country: string;
  what: string;
  from_day: string;
  to_day: string;
  sex: string;
  age: string;
  count: number;
  source: string;
  author: string;
  manages: boolean;
}

/** Words of a category that a breakdown's line stands for. */
export const categoryOf = (labels: Record<string, string>, by: readonly string[], cats: readonly string[]) => by.map((dim, i) => labels[`dim:${dim}/${cats[i]}`] ?? cats[i] ?? '').join(' · ');
export const dimensionOf = (labels: Record<string, string>, by: readonly string[]) => by.map((dim) => labels[`dim:${dim}`] ?? dim).join(' × ');

/** A number whose people are asked for. */
export interface Asked {
  indicator: string;
  /** The line of a breakdown, as the API takes it; nothing for the whole. */
  cells: string;
  /** What it is, in words. */
  what: string;
}
