/** Imports and records of one person, as the server tells of them. */
export type State = 'open' | 'applying' | 'applied' | 'undone' | 'dropped';

export interface Counts {
  people: number;
  known: number;
  enrolments: number;
  completions: number;
  participations: number;
  papers: number;
  organisations: number;
  skipped: number;
}

export interface ImportRow {
  id: string;
  made_by: string;
  made_at: string;
  country?: string;
  state: State;
  file_name: string;
  rows: number;
  faults: number;
  questions: number;
  counts: Counts;
  failure?: string;
}

export interface Mapping {
  columns: string[];
  date_order: '' | 'dmy' | 'mdy';
  given_first: boolean;
  mend_scripts: boolean;
  language: string;
  cohort_id?: string;
  programme_id?: string;
  skip_faulty: boolean;
  organisations?: Naming[];
}

/** What an organisation is that a table names and nobody knows: one that is there, one to make, or another that is made. */
export interface Naming {
  country: string;
  name: string;
  same_as?: string;
  kind?: string;
  like?: string;
}

export interface Employers {
  items: (Naming & { rows: number; likely: Choice[] })[];
  total: number;
  here: Choice[];
  may_make: boolean;
}

export interface Choice {
  id: string;
  name: string;
}

export interface ImportView extends ImportRow {
  heads: string[];
  head_line: number;
  samples: string[][];
  mapping: Mapping;
  mapping_fault?: string;
  fields: { field: string; name: string }[];
  kinds: { code: string; level: 1 | 2 | 3; rows: number }[];
  cohorts: Choice[];
  programmes: Choice[];
}

export interface ProblemOf {
  code: string;
  column: number;
  level: 1 | 2 | 3;
  line?: number;
  twins?: { person_id: string; score: number; reasons: string[] }[];
  score?: number;
  reasons?: string[];
}

export interface Line {
  line: number;
  cells: string[];
  problems: ProblemOf[];
  level: 0 | 1 | 2 | 3;
  decision: '' | 'same' | 'new' | 'skip';
  same_line?: number;
  same_as?: string;
  person_id?: string;
  mended?: Record<string, string>;
}

export interface Somebody {
  id: string;
  name: string;
  latin_name?: string;
  birth_year?: number;
  email?: string;
  phone?: string;
  centre?: string;
  organisation?: string;
}

export interface Lines {
  items: Line[];
  total: number;
  page: number;
  pages: number;
  people: Somebody[];
}

export interface Blockers {
  blockers: { person_id: string; name?: string; what: string }[];
  total: number;
}

export interface Side extends Somebody {
  login?: string;
  seen_on?: string;
  made_on: string;
  enrolments: number;
  certificates: number;
}

export interface Pair {
  one: Side;
  other: Side;
  score: number;
  reasons: string[];
}

export interface Rule {
  filter: Filter;
  active: boolean;
  made_by?: string;
  ran_at?: string;
  added: number;
  failure?: string;
  exists: boolean;
  comes: { total: number; people: Somebody[] };
  stays: { total: number; people: Somebody[] };
}

/** A rule of a programme, one's own or a colleague's. */
export interface ProgrammeRule extends Rule {
  id: string;
  programme: string;
  own: boolean;
}

export interface Filter {
  countries?: string[];
  centres?: string[];
  organisations?: string[];
  kinds?: string[];
  jobs?: string[];
}

export const importsPath = '/api/v1/imports';
