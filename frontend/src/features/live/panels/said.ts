/** A refusal of the room in words; "" for none. */
import { t, tMaybe } from '../../../lib/text/text.svelte.ts';

export const said = (code: string): string => (code === '' ? '' : tMaybe(`live.no.${code}`, t('live.no.other')));
