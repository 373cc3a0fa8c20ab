/** What can be wrong with the dates of an activity, before the server is asked. */
import type { Faults } from '../../lib/staff/form.svelte.ts';
import { t } from '../../lib/text/text.svelte.ts';

/** Values of the form's fields, as the browser gives them. */
export interface DateFields {
  due: string;
  starts: string;
  ends: string;
  place: string;
  link: string;
}

/** An activity that happens at a time. */
export function isEvent(kind: string): boolean {
  return kind === 'in-person' || kind === 'webinar';
}

export function faultsOfDates(fields: DateFields): Faults {
  return {
    ends_at: fields.ends && (!fields.starts || fields.ends <= fields.starts) ? t('dates.order') : undefined,
    link: fields.link.trim() && !isLink(fields.link.trim()) ? t('dates.linkFault') : undefined,
  };
}

function isLink(text: string): boolean {
  try {
    return new URL(text).protocol === 'https:';
  } catch {
    return false;
  }
}
