/** Where a report counts: a country, several, or all. */
import { countryName } from '../../lib/staff/words.ts';
import { t } from '../../lib/text/text.svelte.ts';

export function placeOf(report: { country: string; countries?: string[] }): string {
  if (report.countries?.length) return report.countries.map(countryName).join(', ');
  return report.country ? countryName(report.country) : t('donor.allCountries');
}
