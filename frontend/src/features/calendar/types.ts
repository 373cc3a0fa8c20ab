/** Webinars as whoever plans them sees them. */
import type { NewPoll } from '../../lib/poll/poll.ts';
import type { Lang } from '../../lib/text/lang.ts';

export interface Point {
  title: string;
  minutes?: number;
}

export interface Leader {
  id: string;
  name: string;
  centre?: string;
}

export interface Guest {
  name: string;
  email: string;
  language: string;
  /** Their own way in; not there before it was saved. */
  path?: string;
}

export interface Plan {
  id: string;
  title: string;
  language: Lang;
  agenda: Point[];
  starts_at: string;
  ends_at: string;
  cohort_id?: string;
  activity_key?: string;
  country?: string;
  centre_ids: string[];
  hosts: Leader[];
  speakers: Leader[];
  guests: Guest[];
  waiting_room: boolean;
  cancelled: boolean;
  guest_path: string;
}

/** A poll that was prepared; one that is new has the key "". */
export interface PreparedPoll extends NewPoll {
  key: string;
}

export interface CentreChoice {
  id: string;
  name: string;
  country: string;
  zone: string;
}

export interface Choices {
  centres: CentreChoice[];
  countries: string[];
  anywhere: boolean;
}

export type Part = 'host' | 'speaker' | 'site' | 'member' | 'guest';
export type Told = 'nothing' | 'older' | 'current' | 'no-mail';

export interface Invitations {
  people: { name: string; part: Part; centre?: string; told: Told }[];
  waiting: number;
  dropped: number;
  subject: string;
  text: string;
}

export type MailState = 'waiting' | 'sending' | 'sent' | 'failed';

export interface MailRow {
  id: string;
  state: MailState;
  name: string;
  address: string;
  subject: string;
  tries: number;
  fault?: string;
  queued_at: string;
  next_at?: string;
  sent_at?: string;
}

export interface Mail extends MailRow {
  language: string;
  text: string;
  method?: string;
  calendar?: string;
}
