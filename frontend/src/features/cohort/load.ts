/** Reading a cohort. The head comes from the list of cohorts, which is short and already there after the first page. */
import { get } from '../../lib/api/request.ts';
import type { CohortReport, CohortRow, List } from '../../lib/api/staff.ts';
import { withQuery } from '../../lib/staff/query.ts';

export const cohortsPath = '/api/v1/cohorts';

export async function loadCohorts(signal: AbortSignal): Promise<CohortRow[]> {
  return (await get<List<CohortRow>>(cohortsPath, { signal })).items;
}

/** One cohort of the list; undefined where the list does not hold it. */
export async function loadHead(id: string, signal: AbortSignal): Promise<CohortRow | undefined> {
  return (await loadCohorts(signal)).find((cohort) => cohort.id === id);
}

export function reportPath(id: string, query: URLSearchParams): string {
  return withQuery(`${cohortsPath}/${encodeURIComponent(id)}/report`, query, ['sort', 'page', 'q', 'state']);
}

export async function loadReport(id: string, query: URLSearchParams, signal: AbortSignal): Promise<CohortReport> {
  return get<CohortReport>(reportPath(id, query), { signal });
}
