/** Where to go after an attempt: the activity behind it, as its page told when the trainee came from there. */
import { peek } from '../api/request.ts';
import { links } from '../links.ts';
import type { Attempt } from './types.ts';

interface Neighbour {
  key: string;
  title: string;
  kind: string;
}

export function nextAfter({ enrolment_id, activity_key }: Attempt): { href: string; title: string } | undefined {
  const page = peek<{ next?: Neighbour }>(`/api/v1/enrolments/${enrolment_id}/activities/${activity_key}`);
  if (!page?.next) return undefined;
  const { key, title, kind } = page.next;
  return { title, href: kind === 'selfcheck' ? links.selfCheck(enrolment_id, key) : links.activity(enrolment_id, key) };
}
