/** What the API tells of the coordinator's desk. */
export type By = 'country' | 'centre' | 'organisation' | 'kind';
export type Standing = 'none' | 'invited' | 'active' | 'passed' | 'certified';
export type Reason = 'expiring' | 'not-started' | 'stuck' | 'webinar' | 'by-hand';
/** What is done to certificates. */
export type Change = 'suspend' | 'reinstate' | 'revoke';
export type Act = 'remind' | 'assign' | 'issue' | 'enrol' | 'extend' | Change;

export interface Figures {
  people: number;
  invited: number;
  joined: number;
  passed: number;
  certified: number;
  stuck: number;
  valid: number;
  lapsed: number;
  expiring_30: number;
  expiring_60: number;
  expiring_90: number;
}
export interface Line extends Figures {
  key: string;
  name?: string;
  kind?: string;
  country?: string;
}
export interface Choice {
  id: string;
  key: string;
  title: string;
}
export interface Board {
  by: By;
  today: string;
  programme: Choice | null;
  totals: Figures;
  countries: number;
  items: Line[];
  programmes: Choice[];
}
export interface DeskPerson {
  id: string;
  name: string;
  latin?: string;
  country: string;
  centre?: string;
  organisation?: string;
  kind?: string;
  job: string;
  email?: string;
  phone?: string;
  standing: Standing;
  stuck: boolean;
  done: number;
  needed: number;
  missing: string[];
  valid_until: string;
  for_ever: boolean;
  last_seen_at?: string;
  blocked: boolean;
}
export interface DeskPeople {
  items: DeskPerson[];
  total?: number;
  next: string;
  /** The filter in the one form in which actions take it. */
  filter: Record<string, unknown>;
}
export interface Reminder {
  id: string;
  reason: Reason;
  title: string;
  text: string;
  channel: 'mail' | 'sms' | 'call';
  made_at: string;
  sent_at?: string;
  outcome?: string;
}
export interface Card {
  person: DeskPerson;
  programmes: { id: string; programme: Choice; state: string; invited_at: string; done: number; needed: number; missing: string[] }[];
  certificates: { serial: string; title: string; kind: string; state: string; issued_at: string; expires_on: string }[];
  webinars: { title: string; at: string; minutes: number; percent: number }[];
  reminders: Reminder[];
  stuck_on: { enrolment_id: string; course: string; activity: string; since?: string }[];
}
export interface Expiry {
  serial: string;
  person_id: string;
  name: string;
  country: string;
  centre?: string;
  title: string;
  expires_on: string;
  days: number;
  reminded_at?: string;
}
export interface Call {
  id: string;
  person_id: string;
  name: string;
  phone: string;
  language: string;
  reason: Reason;
  say: string;
  tries: number;
}
export interface CallList {
  centre_id: string;
  name: string;
  calls: Call[];
}
export interface Action {
  id: string;
  kind: Act;
  total: number;
  done: number;
  finished_at?: string;
  outcomes: { word: string; count: number; names: string[] }[];
}
