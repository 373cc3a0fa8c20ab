/** What a rule asks for and why it stands still, in words. */
import { organisationKind } from '../../lib/staff/organisations.ts';
import { countryName } from '../../lib/staff/words.ts';
import { t, tMaybe } from '../../lib/text/text.svelte.ts';
import type { Places } from '../people/load.ts';
import type { Filter, Rule } from './types.ts';

/** The sentence of why a rule stands still; nothing for one that runs. */
export const whyStill = (rule: Pick<Rule, 'failure'>) => (rule.failure ? tMaybe(`rule.still.${rule.failure}`, t('rule.still')) : undefined);

/** The conditions of a filter; one that has no words of its own is named as the API names it. */
export function conditions(filter: Filter, places: Places): string {
  const name = (list: readonly { id: string; name: string }[], id: string) => list.find((each) => each.id === id)?.name ?? '…';
  const say: Record<string, (value: string) => string> = {
    countries: countryName,
    centres: (id) => name(places.centres, id),
    organisations: (id) => name(places.organisations, id),
    kinds: (value) => organisationKind(value),
    jobs: (value) => tMaybe(`job.${value}`, value),
  };
  return Object.entries(filter)
    .map(([part, values]) => (Array.isArray(values) ? values.map((value) => say[part]?.(String(value)) ?? `${part}: ${String(value)}`).join(', ') : `${part}: ${String(values)}`))
    .join('; ');
}
