import { t, tMaybe } from '../../lib/text/text.svelte.ts';
import type { Counts, State } from './types.ts';

export const tones: Record<State, 'plain' | 'good' | 'care' | 'act'> = { open: 'act', applying: 'care', applied: 'good', undone: 'plain', dropped: 'plain' };
export const stateName = (state: State) => t(`intake.state.${state}`);
/** What was made, in parts; of what there is none nothing is said. */
export function madeOf(counts: Counts): string {
  const parts = [
    counts.people > 0 && t('intake.made.people', { n: counts.people }),
    counts.known > 0 && t('intake.made.known', { n: counts.known }),
    counts.organisations > 0 && t('intake.made.organisations', { n: counts.organisations }),
    counts.enrolments > 0 && t('intake.made.enrolments', { n: counts.enrolments, completions: counts.completions }),
    counts.participations > 0 && t('intake.made.participations', { n: counts.participations }),
    counts.papers > 0 && t('intake.made.papers', { n: counts.papers }),
    counts.skipped > 0 && t('intake.made.skipped', { n: counts.skipped }),
  ].filter(Boolean);
  return parts.join(' ') || t('intake.made.nothing');
}
export const faultName = (code: string) => tMaybe(`fault.${code}`, code);
export const reasonName = (code: string) => tMaybe(`reason.${code}`, code);
