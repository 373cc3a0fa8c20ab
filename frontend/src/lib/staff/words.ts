/** Words for the codes that the API gives in lists. A code without a word is shown as it is. */
import { noon } from '../text/noon.ts';
import { tMaybe } from '../text/text.svelte.ts';
import { date, number, percent, shortDate, t } from '../text/text.svelte.ts';

export { noon };

export const countryName = (code: string | null | undefined) => (code ? tMaybe(`country.${code}`, code) : '');
export const kindName = (kind: string) => tMaybe(`activity.${kind}`, kind);
export const standingName = (standing: string) => tMaybe(`standing.${standing}`, standing);
export const roleName = (role: string) => tMaybe(`role.${role}`, role);
export const scopeName = (kind: string) => tMaybe(`scope.${kind}`, kind);

/** A percentage that the API gives from 0 to 100. */
export const hundredths = (value: number | null | undefined) => (value === null || value === undefined ? '' : percent(value / 100));

/** Points without needless decimals. */
export const points = (value: number) => number(value, 2);

/** "3 Sep 2026 – 5 Dec 2026", or what is known of it. */
export function span(from: string | null | undefined, to: string | null | undefined): string {
  const [a, b] = [from && shortDate(noon(from)), to && shortDate(noon(to))];
  return a && b ? `${a} – ${b}` : a || b || '';
}

export const since = (moment: string | null | undefined) => (moment ? date(moment) : t('table.never'));
