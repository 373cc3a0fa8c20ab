/** Reading what a coordinator needs to make cohorts. */
import { get } from '../../lib/api/request.ts';
import type { AdminCohort, List } from '../../lib/api/staff.ts';

export const adminCohortsPath = '/api/v1/admin/cohorts';

export interface CourseChoice {
  key: string;
  title: string;
}

export async function loadAdminCohorts(signal: AbortSignal): Promise<AdminCohort[]> {
  return (await get<List<AdminCohort>>(adminCohortsPath, { signal })).items;
}

export async function loadCourses(signal: AbortSignal): Promise<CourseChoice[]> {
  const { items } = await get<List<{ course_key: string; title: string }>>('/api/v1/catalogue', { signal });
  return items.map((course) => ({ key: course.course_key, title: course.title }));
}
