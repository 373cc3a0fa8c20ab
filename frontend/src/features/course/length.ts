import { t } from '../../lib/text/text.svelte.ts';

/** How long something takes: minutes below an hour and a half, whole or half hours above. */
export function length(minutes: number): string {
  if (minutes < 90) return t('time.minutes', { n: Math.max(1, Math.round(minutes)) });
  return t('time.hours', { n: Math.round(minutes / 30) / 2 });
}
