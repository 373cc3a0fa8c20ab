/** What the form of a webinar holds while one types, and what of it is sent. */
import { fromField, toField } from '../../lib/staff/moment.ts';
import type { Lang } from '../../lib/text/lang.ts';
import type { Guest, Leader, Plan } from './types.ts';

export interface Led extends Leader {
  role: 'host' | 'speaker';
}

export interface Fields {
  title: string;
  language: string;
  starts: string;
  /** In minutes. */
  length: string;
  cohort: string;
  activity: string;
  country: string;
  agenda: { title: string; minutes: string }[];
  centres: string[];
  led: Led[];
  guests: Guest[];
  waiting: boolean;
}

const minute = 60_000;
/** A webinar without an end yet lasts so long. */
const usualLength = 90;
/** A cohort of zeros takes a webinar out of its cohort. */
export const noCohort = '00000000-0000-0000-0000-000000000000';

/** The fields of a plan, or of a new webinar that begins at the next full hour a day later. */
export function fieldsOf(plan: Plan | undefined, lang: Lang, now: number): Fields {
  const tomorrow = new Date(Math.ceil(now / (60 * minute)) * 60 * minute + 24 * 60 * minute).toISOString();
  const from = plan?.starts_at ?? tomorrow;
  return {
    title: plan?.title ?? '',
    language: plan?.language ?? lang,
    starts: toField(from),
    length: String(plan ? Math.round((Date.parse(plan.ends_at) - Date.parse(from)) / minute) : usualLength),
    cohort: plan?.cohort_id ?? '',
    activity: plan?.activity_key ?? '',
    country: plan?.country ?? '',
    agenda: (plan?.agenda ?? []).map((point) => ({ title: point.title, minutes: point.minutes ? String(point.minutes) : '' })),
    centres: plan?.centre_ids ?? [],
    led: [...(plan?.hosts ?? []).map((each) => ({ ...each, role: 'host' as const })), ...(plan?.speakers ?? []).map((each) => ({ ...each, role: 'speaker' as const }))],
    guests: plan?.guests.map((guest) => ({ ...guest })) ?? [],
    waiting: plan?.waiting_room ?? true,
  };
}

const whole = (text: string) => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN);

/** The minutes that the points take together. */
export function planned(fields: Fields): number {
  return fields.agenda.reduce((sum, point) => sum + (whole(point.minutes) || 0), 0);
}

export interface Faults {
  missing: string[];
  length: boolean;
  minutes: number[];
}

/** What the browser can tell without asking: empty lines that were begun are left out and are no fault. */
export function faultsIn(fields: Fields): Faults {
  const missing: string[] = [];
  if (!fields.title.trim()) missing.push('title');
  if (!fromField(fields.starts)) missing.push('starts_at');
  fields.agenda.forEach((point, i) => {
    if (!point.title.trim() && point.minutes.trim()) missing.push(`agenda/${i}/title`);
  });
  fields.guests.forEach((guest, i) => {
    if (!guest.name.trim() && guest.email.trim()) missing.push(`guests/${i}/name`);
    if (guest.name.trim() && !guest.email.trim()) missing.push(`guests/${i}/email`);
  });
  const minutes = fields.agenda.flatMap((point, i) => (point.minutes.trim() === '' || whole(point.minutes) <= 600 ? [] : [i]));
  const length = !(whole(fields.length) >= 1);
  return { missing, length, minutes };
}

/** Takes lines out in which nothing stands, so that the places that the server blames are those on the screen. */
export function tidied(fields: Fields): Fields {
  return {
    ...fields,
    agenda: fields.agenda.filter((point) => point.title.trim() || point.minutes.trim()),
    guests: fields.guests.filter((guest) => guest.name.trim() || guest.email.trim()),
  };
}

/** The request's body; a change says everything, so that what is empty is taken away. */
export function bodyOf(fields: Fields, change: boolean): Record<string, unknown> {
  const starts = fromField(fields.starts) ?? '';
  return {
    title: fields.title.trim(),
    language: fields.language,
    starts_at: starts,
    ends_at: new Date(Date.parse(starts) + whole(fields.length) * minute).toISOString(),
    agenda: fields.agenda.map((point) => ({ title: point.title.trim(), minutes: whole(point.minutes) || 0 })),
    ...(fields.cohort ? { cohort_id: fields.cohort, activity_key: fields.activity } : { ...(change ? { cohort_id: noCohort } : {}), activity_key: '', country: fields.country }),
    centre_ids: fields.centres,
    host_ids: fields.led.filter((each) => each.role === 'host').map((each) => each.id),
    speaker_ids: fields.led.filter((each) => each.role === 'speaker').map((each) => each.id),
    guests: fields.guests.map(({ name, email, language }) => ({ name: name.trim(), email: email.trim(), language })),
    waiting_room: fields.waiting,
  };
}
