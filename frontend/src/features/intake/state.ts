import { t, tMaybe } from '../../lib/text/text.svelte.ts';
import type { Counts, State } from './types.ts';

export const tones: Record<State, 'plain' | 'good' | 'care' | 'act'> = { open: 'act', applying: 'care', applied: 'good', undone: 'plain', dropped: 'plain' };
export const stateName = (state: State) => t(`intake.state.${state}`);
export const madeOf = (counts: Counts) => t('intake.made', { ...counts });
export const faultName = (code: string) => tMaybe(`fault.${code}`, code);
export const reasonName = (code: string) => tMaybe(`reason.${code}`, code);
