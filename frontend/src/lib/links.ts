/** Every path of the site, as a function. A page never writes a path itself. */

/** Writes a path with its parts encoded. */
export const at = (strings: TemplateStringsArray, ...parts: string[]) =>
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
  webinar: (id: string) => at`/webinars/${id}`,
  webinarMinutes: (id: string) => at`/webinars/${id}/minutes`,
  /** The same, as the site of a centre. */
  webinarAs: (id: string, centre: string) => at`/webinars/${id}?site=${centre}`,
  myProgrammes: () => '/programmes',
  programme: (key: string) => at`/programmes/${key}`,
  followup: (id: string) => at`/followups/${id}`,
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
  /** Checking in by the code of a day or a room. */
  here: () => '/here',
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
