/** What the API says of courses and their study, as far as the pages of study read it. */

import type { OverlayBlock, SelfCheck } from '../../lib/study/types.ts';

export type { OverlayBlock };

export type Kind =
  | 'lesson'
  | 'quiz'
  | 'interview'
  | 'encounter'
  | 'survey'
  | 'selfcheck'
  | 'reflection'
  | 'worksheet'
  | 'file'
  | 'discussion'
  | 'in-person'
  | 'webinar'
  | 'desk'
  | 'exercise';

export type ActivityState = 'open' | 'locked' | 'in-progress' | 'seen' | 'submitted' | 'to-mark' | 'done' | 'failed';

export interface NextStep {
  enrolment_id: string;
  course_title: string;
  activity_key: string;
  kind: Kind;
  title: string;
  minutes: number;
}

export interface EnrolmentRow {
  id: string;
  course_key: string;
  title: string;
  summary: string;
  state: 'active' | 'completed';
  required_total: number;
  required_done: number;
  modules_total: number;
  modules_done: number;
  minutes_left: number;
  due_at?: string;
  next?: NextStep;
}

export interface CertificateRow {
  serial: string;
  course_title: string;
  /** What the paper is called: one thing may have two, for having passed and for having been there. */
  document: string;
  issued_on: string;
  expires_on?: string;
  state: string;
  hours: string;
  pdf: string;
  verify: string;
}

export interface Due {
  enrolment_id: string;
  activity_key: string;
  course_title: string;
  title: string;
  due_at: string;
}

export interface CourseEvent {
  kind: 'in-person' | 'webinar';
  title: string;
  starts_at: string;
  place?: string;
  enrolment_id: string;
  activity_key: string;
}

export interface Dashboard {
  greeting_name: string;
  continue?: NextStep;
  enrolments: EnrolmentRow[];
  due: Due[];
  events: CourseEvent[];
  certificates: CertificateRow[];
  /** Programmes that one is invited to, these first, or on the way in. */
  programmes: { key: string; title: string; note: string; invited: boolean }[];
  /** Questions some months after a certificate. */
  asked?: { id: string; title: string; note: string };
}

export interface CatalogueRow {
  course_key: string;
  title: string;
  summary: string;
  hours: number;
  level: string;
  languages: string[];
  partial?: string[];
  modules: number;
  activities: number;
  minutes: number;
  enrolment_id?: string;
  open: boolean;
}

export interface ActivityRow {
  key: string;
  kind: Kind;
  title: string;
  minutes: number;
  required: boolean;
  sensitive: boolean;
  state: ActivityState;
  score?: number;
  due_at?: string;
  starts_at?: string;
  requires?: { key: string; title: string }[];
}

export interface ModuleRow {
  key: string;
  title: string;
  /** Where it is another than the course's. */
  language?: string;
  summary: string;
  locked: boolean;
  done: boolean;
  minutes: number;
  activities: ActivityRow[];
}

export interface CourseHead {
  course_key: string;
  title: string;
  summary: string;
  audience: string;
  outcomes: string[];
  hours: number;
  languages: string[];
  /** Of the title and the summary. */
  language: string;
  /** Further languages, with the modules that are whole in them. */
  partial?: Record<string, string[]>;
  /** Languages shown here whose translation no native speaker has reviewed yet. */
  unreviewed?: string[];
  papers: PaperRow[];
  modules: ModuleRow[];
}

/** Something to print. */
export interface PaperRow {
  key: string;
  kind: 'handout' | 'guide' | 'run-sheet' | 'game';
  title: string;
  /** Where it is not the reader's. */
  language?: string;
}

export interface Paper extends PaperRow {
  language: string;
  course_key: string;
  course_title: string;
  module_title?: string;
  languages: string[];
  unreviewed?: boolean;
  html: string;
  sources: SourceRow[];
  terms: Lesson['terms'];
  cards?: number;
  backs?: boolean;
  version: number;
  published_at: string;
}

export interface CoursePage extends CourseHead {
  enrolment: {
    id: string;
    state: 'active' | 'completed' | 'withdrawn';
    required_total: number;
    required_done: number;
    completed_at?: string;
    certificate?: CertificateRow;
    countries: string[];
  };
  next?: NextStep;
  /** The name of the self-checks' words, absent where the course has none. */
  self_checks?: string;
}

export interface SelfChecks {
  self_checks: Record<string, SelfCheck>;
}

export interface Neighbour {
  key: string;
  title: string;
  kind: Kind;
  minutes: number;
}

export interface SourceRow {
  n: number;
  key: string;
  title: string;
  by: string;
  year?: number;
  url?: string;
  locator?: string;
}

/** What a country says at one place of a lesson. */
export type CountryBlock = OverlayBlock & { key: string };

export interface Lesson {
  html: string;
  sources: SourceRow[];
  terms: Record<string, { term: string; definition: string }>;
  overlays: { key: string; countries: OverlayBlock[] }[];
  media: { key: string; captions: Record<string, string>; transcript: boolean }[];
}

export interface ActivityPage {
  key: string;
  kind: Kind;
  title: string;
  minutes: number;
  required: boolean;
  sensitive: boolean;
  state: ActivityState;
  due_at?: string;
  module: { key: string; title: string };
  /** The one in which all of it is shown, and whether its translation carries the mark. */
  language: string;
  unreviewed?: boolean;
  prev?: Neighbour;
  next?: Neighbour;
  lesson?: Lesson;
  quiz?: { languages?: string[] };
  worksheet?: { fields: { kind: string }[] };
}

/** What an act did to the progress of a course. */
export interface Progress {
  activity: { key: string; state: ActivityState; score?: number };
  required_total: number;
  required_done: number;
  completed: boolean;
  certificate?: { serial: string };
}
