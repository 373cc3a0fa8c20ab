/** What was chosen for names that nobody knows: as a choice in a list and back. */
import { t } from '../../lib/text/text.svelte.ts';
import type { Employers, Naming } from './types.ts';

/** A naming as one value: "" for none, "same:" and an id, "kind:" and a kind, "like:" and a name. */
export const chosen = (naming: Naming) => (naming.same_as ? `same:${naming.same_as}` : naming.kind ? `kind:${naming.kind}` : naming.like ? `like:${naming.like}` : '');

/** What an item may be: its likely matches, a new one, another that is made, then every other organisation that is here. */
export function offers(employers: Employers, said: readonly string[], at: number) {
  const item = employers.items[at];
  const likely = item?.likely ?? [];
  const others = employers.items.filter((each, i) => i !== at && each.country === item?.country && said[i]?.startsWith('kind:'));
  const rest = employers.here.filter((each) => !likely.some((match) => match.id === each.id));
  const is = (each: { id: string; name: string }) => ({ value: `same:${each.id}`, label: t('intake.employerIs', { name: each.name }) });
  return [
    { value: '', label: t('intake.employerOpen') },
    ...likely.map(is),
    ...(employers.may_make || said[at]?.startsWith('kind:') ? [{ value: 'kind:', label: t('intake.employerNew') }] : []),
    ...others.map((each) => ({ value: `like:${each.name}`, label: t('intake.employerLike', { name: each.name }) })),
    ...rest.map(is),
  ];
}

/** The namings to be sent: of the items as was said, and of names that are not listed as they were. */
export function namings(before: readonly Naming[], items: readonly Naming[], said: readonly string[]): Naming[] {
  const listed = (naming: Naming) => items.some((each) => each.country === naming.country && plain(each.name) === plain(naming.name));
  const made = items.flatMap(({ country, name }, i): Naming[] => {
    const [what = '', of = ''] = split(said[i] ?? '');
    if (what === 'same') return [{ country, name, same_as: of }];
    if (what === 'kind') return [{ country, name, kind: of }];
    return what === 'like' ? [{ country, name, like: of }] : [];
  });
  // One that was made as another, which is not made any more, is open again.
  const kept = made.filter((each) => !each.like || made.some((other) => other.kind && other.name === each.like && other.country === each.country));
  return [...before.filter((each) => !listed(each)), ...kept];
}

function split(said: string): [string, string] {
  const at = said.indexOf(':');
  return at < 0 ? ['', ''] : [said.slice(0, at), said.slice(at + 1)];
}

/** A name as the server compares names. */
const plain = (name: string) => (name.toLowerCase().normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
