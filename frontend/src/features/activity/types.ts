/** What the API says of the activities that are neither lessons nor tests. */

export interface EncounterNode {
  scene?: string;
  says?: string;
  end?: boolean;
  ending?: string;
  choices: { key: string; say: string; to: string; comment?: string }[];
}

export interface EncounterPart {
  title: string;
  intro: string;
  person: { name: string; about: string };
  content_note?: string;
  start: string;
  nodes: Record<string, EncounterNode>;
}

export interface Option {
  key: string;
  text: string;
}

export interface SurveyItem {
  key: string;
  kind: 'scale' | 'single' | 'multiple' | 'text';
  stem: string;
  from?: number;
  to?: number;
  low?: string;
  high?: string;
  options?: Option[];
}

export interface SurveyPart {
  anonymous: boolean;
  title: string;
  intro: string;
  items: SurveyItem[];
  submitted: boolean;
}

/** Bytes that only this person's devices can open. */
export interface Sealed {
  ciphertext: string;
  revision: number;
  updated_at: string;
}

export interface WorksheetField {
  key: string;
  kind: 'line' | 'text' | 'choice' | 'check' | 'date' | 'number' | 'table';
  label: string;
  help?: string;
  required: boolean;
  options?: Option[];
  /** Of a number, in words. */
  unit?: string;
  /** Of a table: how many rows, what stands in each, which columns are summed up, and what the first sum is compared with. */
  rows?: number;
  columns?: WorksheetField[];
  totals?: string[];
  capacity?: string;
  over?: string;
  within?: string;
}

export interface Submission {
  id: string;
  number: number;
  state: 'handed-in' | 'returned';
  at: string;
  fields?: Record<string, unknown>;
  file?: { name: string; bytes: number; type: string };
  points?: number;
  feedback?: string;
  rubric?: Record<string, number>;
}

export interface Criterion {
  key: string;
  title: string;
  points: number;
  levels: string[];
}

export interface Post {
  id: string;
  parent?: string;
  author: { name: string; centre?: string; mine: boolean };
  at: string;
  text: string;
  hidden: boolean;
}

/** The part of an activity's page that these components read. */
export interface Page {
  key: string;
  title: string;
  state: string;
  encounter?: EncounterPart;
  survey?: SurveyPart;
  reflection?: { prompt: string; sealed?: Sealed };
  worksheet?: { title: string; intro: string; handed_in: boolean; fields: WorksheetField[]; submission?: Submission; sealed?: Sealed };
  file?: { prompt: string; max_bytes: number; types: string[]; rubric: Criterion[]; submissions: Submission[] };
  discussion?: { prompt: string };
  event?: { prompt: string; starts_at?: string; ends_at?: string; place?: string; link?: string; attended: boolean; webinar?: string; over?: boolean };
}
