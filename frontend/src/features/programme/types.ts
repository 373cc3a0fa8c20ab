/** What the API gives about programmes. */
export type LeafKind = 'course' | 'webinar' | 'quiz' | 'day' | 'practice' | 'evidence' | 'programme';
export type GroupKind = 'all' | 'any' | 'at_least';
export const leafKinds: readonly LeafKind[] = ['course', 'webinar', 'quiz', 'day', 'practice', 'evidence', 'programme'];
export type Text = Record<string, string>;
export type State = 'invited' | 'active' | 'passed' | 'certified' | 'withdrawn';
export type StepState = 'done' | 'waiting' | 'begun' | 'open';

export interface Component {
  key: string;
  kind: LeafKind;
  title: Text;
  course?: string;
  activity?: string;
  programme?: string;
  equivalents?: string[];
}

export interface Option {
  key: string;
  title: Text;
}

/** What people are told apart by in reports. */
export interface Category extends Option {
  options: Option[];
}

/** A category in the reader's language. */
export interface Asked extends Choice {
  options: Choice[];
  chosen: string;
}

export interface Definition {
  title: Text;
  aims?: Text;
  components: Component[];
  achievement: unknown;
  participation?: unknown;
  renewal?: unknown;
  hours: string;
  validity_months?: number;
  renewal_months?: number;
  documents?: { achievement?: Text; participation?: Text };
  law_as_of?: string;
  categories?: Category[];
  join?: string;
  countries?: string[];
  issue?: string;
  trainers?: boolean;
}

export interface Counts {
  invited: number;
  active: number;
  passed: number;
  certified: number;
}

export interface Row {
  key: string;
  title: string;
  country: string;
  version: number;
  closed: boolean;
  counts: Counts;
  may_manage: boolean;
}

export interface Day {
  id: string;
  component: string;
  title: string;
  country: string;
  centre_name?: string;
  time_zone?: string;
  place: string;
  starts_at: string;
  ends_at: string;
  present: number;
}

export interface WebinarRow {
  id: string;
  title: string;
  component: string;
  country: string;
  starts_at: string;
  over: boolean;
}

export interface View {
  key: string;
  title: string;
  country: string;
  closed: boolean;
  definition: Definition | null;
  versions: { number: number; published_at: string }[];
  counts: Counts;
  days: Day[];
  webinars: WebinarRow[];
  may_manage: boolean;
  may_enrol: boolean;
  may_hold: boolean;
}

export interface Problem {
  field: string;
  code: string;
}

export interface Draft {
  key: string;
  country: string;
  definition: Definition;
  problems: Problem[];
  published: number;
  changed: boolean;
}

export interface Choice {
  key: string;
  title: string;
}

export interface Choices {
  courses: (Choice & { titles: Text; quizzes: Choice[] })[];
  programmes: Choice[];
  countries: string[];
  all: boolean;
}

export interface PersonRow {
  id: string;
  person_id: string;
  name: string;
  country: string;
  centre: string;
  organisation: string;
  state: State;
  done: number;
  needed: number;
  missing: string[];
  waiting: number;
  review: boolean;
}

export interface Candidate {
  id: string;
  name: string;
  detail: string;
}

export interface Fact {
  kind: LeafKind;
  ref: string;
  title?: string;
  done: boolean;
  state?: string;
  percent?: number;
  minutes?: number;
  at?: string;
  until?: string;
}

/** A rule explained for one person. */
export interface Step {
  kind: LeafKind | GroupKind;
  component?: string;
  count?: number;
  least?: number;
  months?: number;
  state: StepState;
  figure: number;
  remaining: number;
  evidence?: Fact[];
  of?: Step[];
}

export interface ComponentView {
  key: string;
  kind: LeafKind;
  title: string;
  course?: string;
}

export interface Handed {
  id: string;
  component: string;
  component_title: string;
  kind: 'evidence' | 'practice';
  words: string;
  obtained_on?: string;
  file_name?: string;
  state: 'waiting' | 'accepted' | 'refused';
  reason?: string;
  handed_in_at: string;
  decided_by?: string;
}

export interface QueueRow extends Handed {
  participation_id: string;
  name: string;
  country: string;
  programme: string;
  programme_title: string;
}

export interface Standing {
  id: string;
  person_id: string;
  name: string;
  programme: string;
  title: string;
  version: number;
  state: State;
  done: number;
  needed: number;
  components: ComponentView[];
  rule: Step;
  participation?: Step;
  renewal?: Step;
  renew_from?: string;
  next: Step | null;
  papers: { serial: string; kind: 'achievement' | 'participation'; issued_at: string; expires_on?: string; state: string }[];
  handed: Handed[];
  asked: Asked[];
  trained_by: string;
  generation: number;
  review: boolean;
  may_enrol: boolean;
  may_decide: boolean;
  may_issue: boolean;
}

/** A day or a webinar that lies ahead and counts for a component. */
export interface Ahead {
  component: string;
  title: string;
  place: string;
  starts_at: string;
}

export interface Own {
  key: string;
  title: string;
  aims: string;
  hours: string;
  standing: Standing | null;
  rule?: Step;
  components: ComponentView[];
  ahead: Ahead[];
  asked?: Asked[];
  may_join: boolean;
}

export interface SheetRow {
  person_id: string;
  name: string;
  latin_name: string;
  country: string;
  centre: string;
  organisation: string;
  state: '' | 'present' | 'part' | 'absent';
  minutes: number;
  evidence: '' | 'code' | 'tick' | 'sheet';
  recorded_by: string;
  recorded_at?: string;
  takes_part: boolean;
  may_tick: boolean;
}

export interface Sheet {
  day: Day;
  programme: string;
  title: string;
  component: string;
  rows: SheetRow[];
  may_manage: boolean;
  may_show: boolean;
  code_open: boolean;
  scans: Scan[];
}

/** A signed sheet. */
export interface Scan {
  id: string;
  file_name: string;
  file_bytes: number;
  uploaded_by: string;
  uploaded_at: string;
  gone: boolean;
}

export interface LineageRow {
  person_id: string;
  parent_id: string;
  name: string;
  country: string;
  generation: number;
  state: string;
  trained: number;
  certified: number;
}

export interface Lineage {
  generations: { generation: number; people: number; certified: number }[];
  rows: LineageRow[];
}

/** A programme that one takes part in, or may join. */
export interface MineRow {
  key: string;
  title: string;
  state: 'open' | 'invited' | 'active' | 'passed' | 'certified';
  done: number;
  needed: number;
}

/** Hours of professional development. */
export interface Credits {
  total: string;
  rows: { title: string; serial: string; hours: string; year: number; within?: string }[];
}
