/** What the API says of the document desk and of the exercise at a table. */
import type { AttemptRow, Element, Label, Named, Progress, Source } from '../../lib/attempt/types.ts';

export type Weight = 'none' | 'weak' | 'strong';
export type PaperKind = 'contract' | 'payslip' | 'chat' | 'note' | 'statement' | 'letter' | 'photo-description';

/** A document of the file; in its HTML a fact is `<a class="fact" data-fact="key">`. */
export interface Paper {
  key: string;
  kind: PaperKind;
  title: string;
  html: string;
  facts: string[] | null;
}

export interface DeskFile {
  title: string;
  intro: string;
  content_note?: string;
  elements: Element[];
  weights: Weight[];
  documents: Paper[];
  facts: Label[];
  indicators: Label[];
  conclusions: Label[];
  sources: Source[];
}

export interface DeskReview {
  facts: number;
  indicators: number;
  conclusion: number;
  percent: number;
  broken?: string;
  passed: boolean;
  sorting: { fact: string; given?: Element; proper: Element; feedback: string }[];
  weighing: { indicator: string; given?: Weight; proper: Weight; facts?: string[]; feedback: string }[];
  conclusions: { key: string; right: boolean; given: boolean; broken?: number; feedback: string }[];
  sources: Source[];
}

export interface DeskPage {
  key: string;
  desk?: DeskFile & { pass?: number; attempts: AttemptRow[] };
}

/** What the hand-in gives back: an attempt with its review. */
export interface DeskAttempt {
  id: string;
  enrolment_id: string;
  activity_key: string;
  desk?: DeskFile;
  result?: { percent: number; passed?: boolean; desk?: DeskReview };
  progress?: Progress;
}

export interface Value {
  chosen?: string[];
  text?: string;
}
export type Proposal = Record<string, Value>;

export interface ProposalItem {
  key: string;
  kind: 'choice' | 'choices' | 'text';
  label: string;
  help?: string;
  options?: Named[];
}

export interface Seat {
  part: string;
  name: string;
  mine: boolean;
  agreed: boolean;
}

export interface Message {
  number: number;
  part: string;
  name: string;
  mine: boolean;
  text: string;
  at: string;
}

export interface Card {
  part: string;
  title: string;
  html: string;
  sources: Source[];
}

export interface Debrief {
  html: string;
  items: { key: string; options: { key: string; right: boolean; chosen: boolean; feedback: string }[] }[];
  sources: Source[];
}

export interface TableView {
  changed: number;
  number: number;
  state: 'open' | 'started' | 'done';
  part: string;
  seats: Seat[];
  proposal: { version: number; items: Proposal | null; open: string[] };
  messages: Message[];
  cards?: Card[];
  debrief?: Debrief;
  progress?: Progress;
}

export interface TableAnswer {
  seated: boolean;
  changed: number;
  table?: TableView;
}

export interface ExercisePart {
  title: string;
  intro: string;
  content_note?: string;
  parts: Named[];
  proposal: ProposalItem[];
  max_message: number;
  max_text: number;
  fewest: number;
  cohort: boolean;
  table?: TableView;
}

export interface ExercisePage {
  key: string;
  exercise?: ExercisePart;
}

/** A table as a trainer sees it. */
export interface StaffTable {
  id: string;
  activity_key: string;
  title: string;
  number: number;
  state: TableView['state'];
  opened_at: string;
  done_at?: string;
  parts: Named[];
  seats: Seat[];
  items: ProposalItem[];
  proposal: Proposal | null;
  messages: Message[];
}
