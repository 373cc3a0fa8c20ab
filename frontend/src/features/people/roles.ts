/** Roles and the grounds on which each means something; the server holds the same table and decides. */
import type { Role, ScopeKind } from '../../lib/api/staff.ts';

export const roles: readonly Role[] = ['trainee', 'trainer', 'author', 'facilitator', 'interpreter', 'coordinator', 'admin'];

const any: readonly ScopeKind[] = ['all', 'country', 'course', 'cohort', 'centre'];

/** Where a role can hold, the usual ground first. */
export const grounds: Record<Role, readonly ScopeKind[]> = {
  trainee: ['all'],
  trainer: ['cohort', 'course', 'all'],
  author: ['course', 'all'],
  facilitator: ['centre'],
  interpreter: any,
  coordinator: ['country', 'centre', 'course', 'cohort', 'all'],
  admin: ['all'],
};
