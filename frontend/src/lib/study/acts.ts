/** Acts on activities, each kept on the device first and then sent. */
import { boxStatus, outbox } from '../box.svelte.ts';
import { uuidv7 } from '../uuid.ts';

/** The group of acts of one enrolment: the server gets them in the order in which they were done. */
export const groupOf = (enrolment: string) => `enrolment:${enrolment}`;

export const activityPath = (enrolment: string, activity: string) =>
  `/api/v1/enrolments/${encodeURIComponent(enrolment)}/activities/${encodeURIComponent(activity)}`;

/** Says that a lesson was read to its end, or an encounter came to one. */
export async function markSeen(enrolment: string, activity: string, end?: string): Promise<void> {
  const id = uuidv7();
  await outbox().put({
    id,
    method: 'POST',
    path: `${activityPath(enrolment, activity)}/seen`,
    body: end === undefined ? { id } : { id, end },
    group: groupOf(enrolment),
  });
}

/**
 * Waits until the acts of an enrolment have arrived, for a page that opens by them; not longer than the
 * wait, because without a network the kept page is better than none. True when something arrived.
 */
export async function settled(enrolment: string, wait = 2_000): Promise<boolean> {
  const group = groupOf(enrolment);
  if (boxStatus(group).waiting === 0) return false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(finish, wait);
    const stop = outbox().watch(() => {
      if (outbox().status(group).waiting === 0) finish();
    });
    function finish(): void {
      clearTimeout(timer);
      stop();
      resolve();
    }
  });
  return boxStatus(group).waiting === 0;
}
