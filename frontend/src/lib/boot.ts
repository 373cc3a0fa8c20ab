/** What the server wrote into the page: who reads it, in which language, and the data it draws first. */
import type { Lang } from './text/lang.ts';

/** The person who reads, as `GET /api/v1/me` gives it; what the frame of the site uses of it. */
export interface Me {
  id: string;
  given_name: string;
  family_name: string;
  language: Lang;
  theme: Theme;
  country: string;
  /** Countries whose overlays open first: the person's own and those they work with. */
  countries: string[];
  centre?: { id: string; name: string; time_zone: string };
  /** Areas whose door stands in the bar. What opens behind it is decided by the server. */
  can: AreaName[];
}

export type Theme = 'auto' | 'light' | 'dark';
export type AreaName = 'teach' | 'coordinate' | 'author' | 'admin' | 'plan' | 'calls' | 'decide';

/** One way to report a concern, named by the operator, outside the line of command. */
export interface ConcernContact {
  label: string;
  value: string;
  kind: 'mail' | 'tel' | 'url';
}

export interface Config {
  /** The programme's name, as the operator wrote it. */
  name: string;
  concern: ConcernContact[];
}

export interface Boot {
  me: Me | null;
  lang: Lang;
  /** Answers to GET requests, by path with query, that the first page would otherwise ask for. */
  preload: Record<string, unknown>;
  config: Config;
  /** True when the service worker gave a kept page because the network did not answer. */
  kept: boolean;
  /** There are webinars for the reader. */
  webinars: boolean;
}

export function readBoot(doc: Document): Boot {
  const element = doc.getElementById('boot');
  const given = JSON.parse(element?.textContent || '{}') as Partial<Boot>;
  return {
    me: given.me ?? null,
    lang: given.lang ?? 'en',
    preload: given.preload ?? {},
    config: { name: given.config?.name ?? 'Mostik', concern: given.config?.concern ?? [] },
    webinars: given.webinars ?? false,
    kept: element?.hasAttribute('data-kept') ?? false,
  };
}
