/** What more a person is given: whole numbers within what the server takes, and never nothing. */
import type { Faults } from '../../lib/staff/form.svelte.ts';
import { t } from '../../lib/text/text.svelte.ts';

export const most = { attempts: 20, minutes: 600 };

export interface AllowanceFields {
  activity: string;
  attempts: string;
  minutes: string;
  reason: string;
}

/** A whole number, nothing typed being 0; undefined when it is none. */
export function readWhole(text: string): number | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? 0 : /^\d{1,4}$/.test(trimmed) ? Number(trimmed) : undefined;
}

export function faultsOfAllowance(fields: AllowanceFields): Faults {
  const [attempts, minutes] = [readWhole(fields.attempts), readWhole(fields.minutes)];
  const beyond = (value: number | undefined, max: number) => (value === undefined || value > max ? t('study.wholeNumber', { max }) : undefined);
  const nothing = attempts === 0 && minutes === 0 ? t('study.nothingGiven') : undefined;
  return {
    extra_attempts: beyond(attempts, most.attempts) ?? nothing,
    extra_minutes: beyond(minutes, most.minutes),
    reason: fields.reason.trim() ? undefined : t('form.missing'),
  };
}
