/** The record of acts in words. */
import { staffLinks } from '../../lib/staff/links.ts';
import { tMaybe } from '../../lib/text/text.svelte.ts';
import type { AuditEvent } from '../../lib/api/staff.ts';

/** Acts that the filter offers; others are shown by their code. */
export const acts = [
  ...['person.create', 'person.change', 'person.block', 'person.unblock', 'person.erase', 'person.export', 'person.sign-out'],
  ...['person.create-administrator', 'person.password', 'person.set-password'],
  ...['role.grant', 'role.take', 'code.issue', 'code.use', 'session.reused'],
  ...['organisation.create', 'organisation.change', 'centre.create', 'centre.change'],
  ...['cohort.create', 'cohort.change', 'cohort.dates', 'cohort.enrol', 'enrolment.withdraw'],
  ...['webinar.make', 'webinar.change', 'webinar.invite', 'webinar.cancel', 'webinar.rules', 'webinar.correct', 'webinar.paper', 'webinar.polls', 'mail.retry'],
  ...['attendance.take', 'allowance.grant', 'post.hide', 'course.review-language', 'course.mark-language'],
  ...['hook.add', 'hook.remove', 'hook.pause', 'hook.resume', 'hook.redeliver'],
  ...['programme.create', 'programme.publish', 'programme.close', 'programme.open', 'programme.webinar', 'programme.rule', 'programme.rule-drop', 'programme.rule-invite', 'programme.rule-stop', 'programme.rule-take'],
  ...['participation.invite', 'participation.join', 'participation.change', 'participation.withdraw', 'participation.move', 'participation.renew'],
  ...['day.create', 'day.change', 'day.attendance', 'day.check-in', 'day.sheet', 'day.sheet-drop'],
  ...['evidence.hand-in', 'evidence.attach', 'evidence.approve', 'evidence.accepted', 'evidence.refused', 'evidence.take-back'],
  ...['import.upload', 'import.apply', 'import.undo', 'import.drop'],
  ...['cohort.rule', 'cohort.rule-drop', 'cohort.rule-enrol'],
  ...['person.merge', 'person.distinguish'],
  ...['certificate.suspend', 'certificate.reinstate', 'certificate.revoke', 'certificate.renew', 'certificate.reissue'],
  ...['certificate.enter', 'certificate.scan', 'certificate.issue-all', 'certificate.zip-all', 'template.save'],
  ...['recognition.add', 'recognition.change', 'recognition.drop'],
  ...['desk.remind', 'desk.assign', 'desk.enrol', 'desk.issue', 'desk.extend', 'desk.suspend', 'desk.reinstate', 'desk.revoke', 'desk.table', 'cohort.table', 'reminder.call'],
  ...['report.create', 'report.freeze', 'report.remove', 'indicator.define', 'indicator.change', 'total.enter', 'outcome.write'],
  ...['supervisor.name', 'supervisor.drop', 'supervisor.stop'],
] as const;

export const actName = (action: string) => tMaybe(`act.${action}`, action);

/** What was acted on, in words, with its label where the server may give it. */
export function subjectName(event: AuditEvent): string {
  const kind = tMaybe(`thing.${event.subject_kind}`, event.subject_kind);
  return event.subject_label ? `${kind}: ${event.subject_label}` : kind;
}

/** The page of what was acted on, where it has one. */
export function subjectLink(event: AuditEvent): string | undefined {
  switch (event.subject_kind) {
    case 'person':
      return staffLinks.person(event.subject_id);
    case 'cohort':
      return staffLinks.adminCohort(event.subject_id);
    case 'enrolment':
      return staffLinks.study(event.subject_id);
    case 'report':
      return staffLinks.report(event.subject_id);
    default:
      return undefined;
  }
}

/** What is in one another stands in a row, so that the line breaks where words end. */
const plain = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, each]) => (Array.isArray(value) ? plain(each) : `${name} ${plain(each)}`))
        .join(', ')
    : String(value);

/** A digest tells a reader nothing beyond its first signs, and has no place to break a line at. */
const short = (value: string) => value.replace(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/, '$1…');

/** Ids, codes and counts of an act in a line; ids themselves tell a reader nothing and are left out. */
export function detailText(detail: AuditEvent['detail']): string {
  return Object.entries(detail ?? {})
    .filter(([, value]) => !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(String(value)))
    .map(([name, value]) => `${name}: ${short(plain(value))}`)
    .join(', ');
}
