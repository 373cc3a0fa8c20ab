/** Reading people and the places they belong to. */
import { get } from '../../lib/api/request.ts';
import type { Centre, List, Organisation, Person, PersonRow } from '../../lib/api/staff.ts';
import { withQuery } from '../../lib/staff/query.ts';

export const peoplePath = '/api/v1/people';

export interface Places {
  countries: string[];
  centres: Centre[];
  organisations: Organisation[];
}

export function loadPeople(query: URLSearchParams, signal: AbortSignal): Promise<List<PersonRow>> {
  return get<List<PersonRow>>(withQuery(peoplePath, query, ['q', 'role', 'country', 'centre', 'page']), { signal });
}

export function loadPerson(id: string, signal: AbortSignal): Promise<Person> {
  return get<Person>(`${peoplePath}/${encodeURIComponent(id)}`, { signal });
}

export async function loadPlaces(signal: AbortSignal): Promise<Places> {
  const [countries, centres, organisations] = await Promise.all([
    get<List<string | { code: string }>>('/api/v1/countries', { signal }),
    get<List<Centre>>('/api/v1/centres', { signal }),
    get<List<Organisation>>('/api/v1/organisations', { signal }),
  ]);
  return {
    countries: countries.items.map((country) => (typeof country === 'string' ? country : country.code)),
    centres: centres.items,
    organisations: organisations.items,
  };
}

/** People whose name, login or e-mail holds the text: the first page of them. */
export function findPeople(q: string, signal?: AbortSignal): Promise<List<PersonRow>> {
  return get<List<PersonRow>>(`${peoplePath}?q=${encodeURIComponent(q)}`, signal ? { signal } : {});
}
