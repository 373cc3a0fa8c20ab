/** The form of a person: what can be wrong with it, and what is sent. */
import type { Person } from '../../lib/api/staff.ts';
import type { Faults } from '../../lib/staff/form.svelte.ts';
import { t } from '../../lib/text/text.svelte.ts';

export interface PersonFields {
  given: string;
  family: string;
  latinGiven: string;
  latinFamily: string;
  email: string;
  login: string;
  language: string;
  country: string;
  centre: string;
  organisation: string;
  phone: string;
  job: string;
}

export const fieldNames = ['given_name', 'family_name', 'latin_given', 'latin_family', 'email', 'login', 'language', 'country', 'centre_id', 'organisation_id', 'phone', 'job'];

export function fieldsOf(person: Person | undefined, country: string, language: string): PersonFields {
  return {
    given: person?.given_name ?? '',
    family: person?.family_name ?? '',
    latinGiven: person?.latin_given ?? '',
    latinFamily: person?.latin_family ?? '',
    email: person?.email ?? '',
    login: person?.login ?? '',
    language: person?.language ?? language,
    country: person?.country ?? country,
    centre: person?.centre?.id ?? '',
    organisation: person?.organisation?.id ?? '',
    phone: person?.phone ?? '',
    job: person?.job ?? 'not-stated',
  };
}

export function faultsOfPerson(fields: PersonFields): Faults {
  return {
    given_name: fields.given.trim() ? undefined : t('form.missing'),
    family_name: fields.family.trim() ? undefined : t('form.missing'),
    email: fields.email.trim() && !/^\S+@\S+\.\S+$/.test(fields.email.trim()) ? t('people.emailFault') : undefined,
  };
}

/** The body of a request. A field that was emptied is sent as "", which clears it; one that was never filled is left out. */
export function bodyOf(fields: PersonFields, before?: Person): Record<string, unknown> {
  const optional = { email: fields.email.trim(), login: fields.login.trim(), centre_id: fields.centre, organisation_id: fields.organisation };
  const had = { email: before?.email, login: before?.login, centre_id: before?.centre?.id, organisation_id: before?.organisation?.id };
  const body: Record<string, unknown> = {
    given_name: fields.given.trim(),
    family_name: fields.family.trim(),
    latin_given: fields.latinGiven.trim(),
    latin_family: fields.latinFamily.trim(),
    language: fields.language,
    country: fields.country,
    phone: fields.phone.trim(),
    job: fields.job,
  };
  for (const [name, value] of Object.entries(optional)) {
    if (value) body[name] = value;
    else if (had[name as keyof typeof had]) body[name] = '';
  }
  return body;
}
