/** An attempt as the server shows it to its own trainee: of a quiz, or of a conversation. */

export type QuestionKind =
  | 'single'
  | 'multiple'
  | 'truefalse'
  | 'matching'
  | 'ordering'
  | 'categorise'
  | 'numeric'
  | 'short'
  | 'cloze'
  | 'open';

/** Words (safe inline HTML from the server) under a key; a key tells nothing about what is right. */
export interface Label {
  key: string;
  html: string;
}

/** Plain words under a key. */
export interface Named {
  key: string;
  text: string;
}

/** A piece of a text with gaps: words, or a gap to fill from options or freely. */
export interface ClozePart {
  text?: string;
  gap?: string;
  options?: Named[];
}

export interface Prompt {
  key: string;
  kind: QuestionKind;
  points: number;
  stem_html: string;
  options?: Label[];
  left?: Label[];
  right?: Label[];
  items?: Label[];
  categories?: Label[];
  unit?: string;
  cloze?: ClozePart[];
}

/** What was chosen. Only the field of the question's kind is set; nothing set means unanswered. */
export interface Content {
  choice?: string;
  choices?: string[];
  value?: boolean;
  pairs?: Record<string, string>;
  order?: string[];
  groups?: Record<string, string>;
  number?: string;
  text?: string;
  gaps?: Record<string, string>;
}

export interface Answer {
  revision: number;
  /** null when it was taken back. */
  content: Content | null;
  /** It came after the time: kept and shown, and not scored. */
  late: boolean;
}

export interface Source {
  n: number;
  key: string;
  title: string;
  by?: string;
  year?: number;
  url?: string;
  locator?: string;
}

export type ReviewState = 'right' | 'partly' | 'wrong' | 'unanswered' | 'to-mark';

export interface QuestionReview {
  state: ReviewState;
  points: number;
  max: number;
  right: Content;
  /** For each part that was answered whether it is right. */
  parts?: Record<string, boolean>;
  /** Accepted variants of a short answer (under "") and of text gaps. */
  accepted?: Record<string, string[]>;
  feedback: Record<string, string>;
  explain_html?: string;
  sources: Source[];
  /** The trainer's. */
  comment?: string;
}

export interface Result {
  points: number;
  max: number;
  percent: number;
  passed?: boolean;
  to_mark: number;
  late: number;
  scores?: InterviewScores;
  review?: Record<string, QuestionReview>;
  /** What the review waits for, when it is not here. */
  review_when?: 'submitted' | 'passed' | 'closed' | 'never';
  /** null: as often as one likes. */
  attempts_left: number | null;
}

export interface Progress {
  activity: { key: string; state: string; score?: number };
  required_total: number;
  required_done: number;
  completed: boolean;
  certificate?: { serial: string };
}

export interface Attempt {
  id: string;
  enrolment_id: string;
  activity_key: string;
  /** The activity's title, where the server tells it. */
  title?: string;
  /** Of everything that is asked in it. */
  language?: string;
  kind: 'quiz' | 'interview' | 'desk';
  number: number;
  state: 'open' | 'submitted' | 'to-mark' | 'scored';
  started_at: string;
  deadline_at?: string | null;
  server_now: string;
  max_revision: number;
  questions: Prompt[];
  answers: Record<string, Answer>;
  result?: Result;
  interview?: Conversation;
  progress?: Progress;
}

export type End = 'referred' | 'stopped' | 'left' | 'harmed';
export type Element = 'act' | 'means' | 'purpose' | 'none';

/** What was said on both sides, once. */
export interface Exchange {
  scene?: string;
  says?: string;
  said?: string;
}

export interface Conversation {
  step: number;
  role: string;
  node: { scene?: string; says: string; choices: { key: string; say: string }[]; end?: End | ''; ending?: string };
  transcript: Exchange[];
  indicators: Named[];
  noted: string[];
  /** At an end: what the conversation has shown, to be sorted. */
  facts?: Named[];
  elements?: Element[];
  child: boolean;
  person?: { name: string; about?: string };
}

export interface Fault {
  step: number;
  principle: string;
  source: Source;
  weight: number;
  comment: string;
}

export interface InterviewScores {
  indicators: number;
  reasoning: number;
  ethics: number;
  referral: number;
  passed: boolean;
  /** Which of the four reached the pass mark. */
  passed_each: Record<string, boolean>;
  end: End | '';
  seen: string[];
  missed: string[];
  false_alarms: string[];
  sorting: { fact: string; given: Element | ''; proper: Element }[];
  faults: Fault[];
  steps_owed: { key: string; text: string; done: boolean }[];
  replay: (Exchange & { says: string; comment?: string; shown?: Named[]; does?: Named[]; faults?: Fault[]; ending?: string })[];
}

/** One try in the list of an activity. */
export interface AttemptRow {
  id: string;
  number: number;
  state: Attempt['state'];
  started_at: string;
  submitted_at?: string | null;
  percent?: number | null;
  passed?: boolean | null;
}
