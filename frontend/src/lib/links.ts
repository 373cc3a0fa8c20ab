/** Every path of the site, as a function. A page never writes a path itself. */

const at = (strings: TemplateStringsArray, ...parts: string[]) =>
  strings.reduce((path, text, i) => path + text + (i < parts.length ? encodeURIComponent(parts[i] ?? '') : ''), '');

/** Pages that the browser draws; each must match a route. A test holds that. */
export const links = {
  learn: () => '/learn',
  catalogue: () => '/catalogue',
  about: (course: string) => at`/courses/${course}`,
  paper: (course: string, paper: string) => at`/courses/${course}/papers/${paper}`,
  glossary: () => '/glossary',
  course: (enrolment: string) => at`/learn/${enrolment}`,
  activity: (enrolment: string, activity: string) => at`/learn/${enrolment}/${activity}`,
  /** A self-check opens in the course's page: what stands behind # never leaves the device. */
  selfCheck: (enrolment: string, activity: string) => `${at`/learn/${enrolment}`}#${activity}`,
  certificate: (serial: string) => at`/certificates/${serial}`,
  attempt: (id: string) => at`/attempts/${id}`,
  concern: () => '/concern',
  calm: () => '/calm',
  profile: () => '/profile',
  webinars: () => '/webinars',
  webinarNew: () => '/webinars/new',
  webinarEdit: (id: string) => at`/webinars/${id}/edit`,
  webinar: (id: string) => at`/webinars/${id}`,
  webinarReport: (id: string) => at`/webinars/${id}/report`,
  webinarMinutes: (id: string) => at`/webinars/${id}/minutes`,
  /** The same, as the site of a centre. */
  webinarAs: (id: string, centre: string) => at`/webinars/${id}?site=${centre}`,
  // Pages of the staff.
  teach: () => '/teach',
  cohort: (id: string) => at`/teach/cohorts/${id}`,
  cohortMarking: (id: string) => at`/teach/cohorts/${id}/marking`,
  cohortDates: (id: string) => at`/teach/cohorts/${id}/dates`,
  cohortAttendance: (id: string) => at`/teach/cohorts/${id}/attendance`,
  cohortStatistics: (id: string) => at`/teach/cohorts/${id}/statistics`,
  cohortTables: (id: string) => at`/teach/cohorts/${id}/tables`,
  study: (enrolment: string) => at`/teach/enrolments/${enrolment}`,
  author: () => '/author',
  authorCourse: (course: string) => at`/author/${course}`,
  admin: () => '/admin',
  people: () => '/admin/people',
  personNew: () => '/admin/people/new',
  person: (id: string) => at`/admin/people/${id}`,
  centres: () => '/admin/centres',
  adminCohorts: () => '/admin/cohorts',
  adminCohort: (id: string) => at`/admin/cohorts/${id}`,
  codes: () => '/admin/codes',
  audit: () => '/admin/audit',
  deskCertificate: (serial: string) => at`/desk/certificates/${serial}`,
  deskPast: () => '/desk/certificates/past',
  deskMany: () => '/desk/certificates/many',
  deskTemplates: () => '/desk/templates',
  deskTemplate: (programme: string, language: string) => at`/desk/templates/${programme}/${language}`,
  deskRecognition: () => '/desk/recognition',
  mails: () => '/admin/mail',
  mail: (id: string) => at`/admin/mail/${id}`,
  myProgrammes: () => '/programmes',
  programme: (key: string) => at`/programmes/${key}`,
  programmes: () => '/desk/programmes',
  programmeDesk: (key: string) => at`/desk/programmes/${key}`,
  programmeEdit: (key: string) => at`/desk/programmes/${key}/edit`,
  programmeLineage: (key: string) => at`/desk/programmes/${key}/lineage`,
  participation: (key: string, id: string) => at`/desk/programmes/${key}/people/${id}`,
  programmeDay: (key: string, id: string) => at`/desk/programmes/${key}/days/${id}`,
  evidence: () => '/desk/evidence',
  desk: () => '/desk',
  deskPeople: () => '/desk/people',
  deskPerson: (id: string) => at`/desk/people/${id}`,
  deskExpiring: () => '/desk/expiring',
  deskCalls: () => '/desk/calls',
  deskReminders: () => '/desk/reminders',
  reports: () => '/desk/reports',
  report: (id: string) => at`/desk/reports/${id}`,
  indicators: () => '/desk/indicators',
  totals: () => '/desk/totals',
  outcomes: () => '/desk/outcomes',
  followup: (id: string) => at`/followups/${id}`,
  imports: () => '/desk/import',
  import: (id: string) => at`/desk/import/${id}`,
  duplicates: () => '/desk/duplicates',
} as const;

/** Pages that the server draws, and addresses that it answers otherwise. */
export const serverLinks = {
  home: () => '/',
  /** Sign-in, which leads back to where the person was. */
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  /** A neutral page to be on at once. */
  leave: () => '/leave',
  webinarCalendar: (id: string) => at`/api/v1/webinars/${id}/calendar.ics`,
  guestCalendar: (code: string, lang: string) => `${at`/api/v1/guest/${code}/calendar.ics`}?lang=${lang}`,
  verify: (serial: string) => at`/verify/${serial}`,
  cohortTable: (id: string) => at`/api/v1/cohorts/${id}/report.csv`,
  deskTable: (query: string, end: 'csv' | 'xlsx') => `/api/v1/desk/people.${end}${query && `?${query}`}`,
  personExport: (id: string) => at`/api/v1/people/${id}/export`,
  evidenceFile: (id: string) => at`/api/v1/evidence/${id}/file`,
} as const;

/** The doors of the bar, in order. A door is shown when its page exists and the person may open it. */
export const doors = {
  learn: '/learn',
  catalog: '/catalogue',
  webinars: '/webinars',
  teach: '/teach',
  coordinate: '/desk',
  author: '/author',
  admin: '/admin',
} as const;
