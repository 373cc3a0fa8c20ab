/** Kinds of organisations, in the order in which they are offered. */
import { tMaybe } from '../../lib/text/text.svelte.ts';

export const kinds = ['state', 'municipality', 'ngo', 'international', 'library', 'police', 'education', 'health', 'other'];
export const kindName = (kind: string) => tMaybe(`orgkind.${kind}`, kind);
