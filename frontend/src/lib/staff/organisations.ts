/** Kinds of organisations, in the order in which they are offered. */
import { tMaybe } from '../text/text.svelte.ts';

export const organisationKinds = ['state', 'municipality', 'ngo', 'international', 'library', 'police', 'education', 'health', 'other'];
export const organisationKind = (kind: string) => tMaybe(`orgkind.${kind}`, kind);
