/** Reading the desk, and the rest of a list when it is asked for. */
import { get } from '../../lib/api/request.ts';
import { withQuery } from '../../lib/staff/query.ts';

export const deskPath = '/api/v1/desk';

/** What of the address narrows people; the API takes the same names. */
export const filterNames = ['q', 'country', 'centre', 'organisation', 'kind', 'job', 'sex', 'role', 'programme', 'standing', 'certificate', 'expires_in', 'stuck', 'unseen_since', 'reach'] as const;

export function read<T>(path: string, query: URLSearchParams, names: readonly string[], signal?: AbortSignal): Promise<T> {
  return get<T>(withQuery(deskPath + path, query, names), signal ? { signal } : {});
}

/** The page that follows one, by the mark that it ended with. */
export function readOn<T>(path: string, query: URLSearchParams, names: readonly string[], after: string): Promise<T> {
  const further = new URLSearchParams(query);
  further.set('after', after);
  return read<T>(path, further, [...names, 'after']);
}
