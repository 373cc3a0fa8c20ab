/** One's own record, as far as the profile shows and changes it. */
import { request } from '../../lib/api/request.ts';

export interface Record {
  latin_given: string;
  latin_family: string;
  email: string | null;
  login: string | null;
  sex: 'female' | 'male' | 'not-stated';
  birth_year: number | null;
  phone: string;
  job: string;
  disability: 'not-stated' | 'yes' | 'no';
  countries: string[];
}

export type Change = Partial<Pick<Record, 'latin_given' | 'latin_family' | 'sex' | 'phone' | 'job' | 'disability' | 'countries'>> & { birth_year?: number };

export const change = (what: Change) => request<Record>('PATCH', '/api/v1/me', what);
export const changePassword = (current: string, password: string) => request<undefined>('POST', '/api/v1/me/password', { current, password });
export const signOutEverywhere = () => request<undefined>('POST', '/api/v1/auth/logout-everywhere', {});
export const erase = (password: string) => request<undefined>('POST', '/api/v1/me/erasure', { password });
