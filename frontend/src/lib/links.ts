/** Every path of the site, as a function. A page never writes a path itself. */

const at = (strings: TemplateStringsArray, ...parts: string[]) =>
  strings.reduce((path, text, i) => path + text + (i < parts.length ? encodeURIComponent(parts[i] ?? '') : ''), '');

/** Pages that the browser draws; each must match a route. A test holds that. */
export const links = {
  concern: () => '/concern',
  profile: () => '/profile',
} as const;

/** Pages that the server draws, and addresses that it answers otherwise. */
export const serverLinks = {
  home: () => '/',
  /** Sign-in, which leads back to where the person was. */
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  verify: (serial: string) => at`/verify/${serial}`,
} as const;

/** The doors of the bar, in order. A door is shown when its page exists and the person may open it. */
export const doors = {
  learn: '/learn',
  catalog: '/catalogue',
  teach: '/teach',
  coordinate: '/coordinate',
  author: '/author',
  admin: '/admin',
} as const;
