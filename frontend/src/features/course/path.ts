/** Where an activity opens: a self-check in the course's own page, everything else on a page of its own. */
import { links } from '../../lib/links.ts';
import type { Kind } from './types.ts';

export function activityLink(enrolment: string, activity: { key: string; kind: Kind }): string {
  return activity.kind === 'selfcheck' ? links.selfCheck(enrolment, activity.key) : links.activity(enrolment, activity.key);
}
