/** What the API gives to pages of the staff, as its contract writes it. */

export interface List<T> {
  items: T[];
  total?: number;
  page?: number;
  pages?: number;
  next?: string;
}

export type Role = 'trainee' | 'trainer' | 'author' | 'facilitator' | 'interpreter' | 'coordinator' | 'admin';
export type ScopeKind = 'all' | 'country' | 'course' | 'cohort' | 'centre';
export interface Scope {
  kind: ScopeKind;
  country?: string;
  id?: string;
  label?: string;
}
export interface Membership {
  id: string;
  role: Role;
  scope: Scope;
}

export interface CohortRow {
  id: string;
  name: string;
  course_key: string;
  course_title: string;
  starts_on?: string;
  ends_on?: string;
  people: number;
  completed: number;
  to_mark: number;
  /** Tables at exercises. */
  tables?: number;
}

export type Standing = 'not-started' | 'active' | 'stuck' | 'completed' | 'withdrawn';

export interface CohortDate {
  activity_key: string;
  due_at?: string;
  starts_at?: string;
  ends_at?: string;
  place?: string;
  link?: string;
}

export interface ReportActivity {
  key: string;
  title: string;
  kind: string;
}

export interface ReportRow {
  enrolment_id: string;
  person: { id: string; name: string };
  centre?: string;
  country?: string;
  state: Standing;
  required_done: number;
  required_total: number;
  /** Percent of the final test. */
  score?: number;
  last_seen_at?: string;
  completed_at?: string;
  /** Key of the activity whose last try failed. */
  stuck_on?: string;
  /** One character an activity. */
  done: string;
}

export interface CohortReport {
  cohort: { id: string; name: string; course_title: string; starts_on?: string; ends_on?: string; dates?: CohortDate[] };
  totals: { people: number; not_started: number; active: number; completed: number; stuck: number; mean_percent: number; mean_score: number | null };
  activities: ReportActivity[];
  stuck: ReportRow[];
  items: ReportRow[];
  total: number;
  page: number;
  pages: number;
}

export interface Criterion {
  key: string;
  title: string;
  points: number;
  levels?: string[];
}

export interface MarkItem {
  /** "a:<attempt>:<question>" or "s:<submission>". */
  id: string;
  kind: 'open' | 'file' | 'worksheet';
  person: { name: string };
  activity_title: string;
  question_html?: string;
  answer_text?: string;
  fields?: { key: string; label: string; value: string }[];
  file?: { name: string; bytes: number; type: string };
  file_url?: string;
  guidance?: string;
  rubric?: Criterion[];
  points_max: number;
  waiting_since: string;
}

export type Verdict = 'ok' | 'too-easy' | 'too-hard' | 'weak' | 'distractor';
export interface QuestionStats {
  key: string;
  activity_key: string;
  activity_title: string;
  kind: string;
  stem_text: string;
  n: number;
  /** Share from 0 to 1. */
  difficulty: number;
  discrimination: number | null;
  verdict?: Verdict;
  options?: { key: string; text: string; count: number; right: boolean; mean_total?: number | null }[];
}
export interface Statistics {
  questions: QuestionStats[];
  gain?: { n: number; mean_pre: number; mean_post: number; normalised_gain?: number | null; effect_size?: number | null; unpaired: number };
}

export interface Overview {
  enrolment: { id: string; state: Standing; required_done: number; required_total: number; score?: number; last_seen_at?: string; completed_at?: string; stuck_on?: string };
  person: { id: string; name: string; centre?: string; country?: string };
  course_title: string;
  cohort?: { id: string; name: string };
  activities: { key: string; title: string; kind: string; state: string; required: boolean; score?: number; done_at?: string; due_at?: string; extended?: boolean }[];
  attempts: { id: string; activity_key: string; number: number; state: 'open' | 'to-mark' | 'scored'; started_at: string; submitted_at?: string; percent?: number; passed?: boolean }[];
  allowances: { activity_key: string; extra_attempts: number; extra_minutes: number; reason: string; granted_by?: string; granted_at: string }[];
}

export interface AuthorRow {
  course_key: string;
  title: string;
  version: number;
  published_at: string;
  languages: string[];
  activities: number;
  questions: number;
  problems: { errors: number; warnings: number };
}

export interface CourseProblem {
  file: string;
  line: number;
  severity: 'error' | 'warning';
  code: string;
  message: string;
}

/** One language of a course: whether it is whole, and whose word it is that a native speaker reviewed it. */
export interface LanguageState {
  language: string;
  modules?: string[];
  reviewed: boolean;
  by?: 'source' | 'course' | 'operator';
  reviewed_at?: string;
}

export interface AuthorCourse {
  course_key: string;
  title: string;
  version: number;
  published_at: string;
  hours?: number;
  languages: string[];
  words?: Record<string, number>;
  minutes?: number;
  /** Of the lessons, by language. */
  reading_minutes?: Record<string, number>;
  modules: { key: string; title: string; minutes: number; activities: { key: string; title: string; kind: string; minutes: number; required: boolean }[] }[];
  coverage: { language: string; segments: number; translated: number }[];
  language_states: LanguageState[];
  may_review: boolean;
  problems: CourseProblem[];
  questions: { total: number; by_kind: Record<string, number> | null; by_module: Record<string, number> | null };
  scenarios: { key: string; title: string; kind: string; graph: string }[];
  versions?: { number: number; published_at: string }[];
}

export interface PersonRow {
  id: string;
  name: string;
  latin_name?: string;
  email?: string | null;
  login?: string | null;
  country: string;
  centre?: { id: string; name: string } | null;
  organisation?: { id: string; name: string } | null;
  roles: Role[] | null;
  state: 'active' | 'blocked' | 'erased';
  last_seen_at?: string | null;
}

export interface Person {
  id: string;
  given_name: string;
  family_name: string;
  latin_given?: string;
  latin_family?: string;
  email?: string | null;
  login?: string | null;
  language: string;
  country: string;
  centre?: { id: string; name: string } | null;
  organisation?: { id: string; name: string } | null;
  phone: string;
  job: string;
  state: 'active' | 'blocked' | 'erased';
  last_seen_at?: string | null;
  roles: Membership[];
  enrolments?: { id: string; course_title: string; state: Standing; required_done: number; required_total: number; cohort?: { id: string; name: string } }[];
}

export interface Centre {
  id: string;
  name: string;
  country: string;
  time_zone: string;
}
export interface Organisation {
  id: string;
  name: string;
  kind: string;
  country: string;
}

export interface AdminCohort {
  id: string;
  name: string;
  course_id?: string;
  course_key: string;
  course_title: string;
  country?: string | null;
  centre_id?: string | null;
  starts_on?: string | null;
  ends_on?: string | null;
  people: number;
}

export interface Slip {
  person: { id: string; name: string };
  login: string;
  code: string;
  expires_at: string;
}

export interface Attention {
  code: string;
  params?: Record<string, number>;
  link?: string;
}

export interface AuditEvent {
  at: string;
  actor?: { id: string; name: string } | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  subject_label?: string;
  detail?: Record<string, unknown>;
}
