/** What the API gives of certificates to those who answer for them. */

export type AwardState = 'valid' | 'expired' | 'suspended' | 'revoked' | 'superseded' | 'erased';
export type Kind = 'achievement' | 'participation';
export type Act = 'suspend' | 'reinstate' | 'revoke' | 'renew' | 'reissue';

export interface LifeEvent {
  at: string;
  state: AwardState;
  by?: string;
  reason?: string;
}

export interface Relative {
  serial: string;
  state: AwardState;
  issue_no: number;
  issued_at: string;
}

/** The words for a reader: in their language, else in English, else in what there is; with the language that they are in. */
export function wordsFor(texts: Record<string, string> | undefined, lang: string): { words: string; lang: string } {
  const found = [lang, 'en', ...Object.keys(texts ?? {}).sort()].find((each) => texts?.[each]);
  return { words: (found && texts?.[found]) || '', lang: found ?? lang };
}

export interface Recognition {
  id: string;
  issuer: string;
  programme?: string;
  body: string;
  country?: string;
  valid_from?: string;
  valid_until?: string;
  /** By language. */
  conditions?: Record<string, string>;
  source?: string;
  may_change: boolean;
}

export interface Life {
  serial: string;
  state: AwardState;
  since: string;
  kind: Kind;
  from_paper: boolean;
  person_id?: string;
  holder: string;
  holder_latin?: string;
  title: string;
  document?: string;
  hours: string;
  issuer: string;
  language: string;
  paper_number?: string;
  has_scan: boolean;
  issued_on: string;
  expires_on?: string;
  law_as_of?: string;
  renew_from?: string;
  renewal_open: boolean;
  newer?: string;
  replaces?: string;
  events: LifeEvent[];
  relatives: Relative[];
  recognised: Recognition[] | null;
  acts: Act[];
  pdf?: string;
  verify: string;
}

export interface Programme {
  key: string;
  title: string;
}

export interface Batch {
  id: string;
  task: 'issue' | 'zip';
  state: 'waiting' | 'running' | 'done' | 'gone';
  total: number;
  done: number;
  refused: number;
  bytes?: number;
  asked_at: string;
}

export interface TemplateRow {
  /** None: what is of no one programme. */
  programme_id: string | null;
  key: string;
  title: string;
  country?: string;
  languages: string[];
}

export interface Signature {
  name: string;
  role: string;
  picture_id?: string;
}

export interface Template {
  layout: 'bridge' | 'band' | 'upright';
  achievement: { name: string; statement: string };
  participation: { name: string; statement: string };
  opening: string;
  note: string;
  signatures: Signature[];
  logos: string[];
}

export interface Picture {
  id: string;
  width: number;
  height: number;
  small: string;
}

export interface TemplateView extends Template {
  number: number;
  saved_at?: string;
  papers: number;
  earlier: number;
  pictures: Picture[];
}
