/** What the server wrote into the page: who reads it, in which language, and the data it draws first. */
import type { Lang } from './text/lang.ts';

export interface Me {
  id: string;
  name: string;
  /** Every role the person holds anywhere; what they open is decided by the server. */
  roles: Role[];
}

export type Role = 'trainee' | 'trainer' | 'author' | 'facilitator' | 'interpreter' | 'coordinator' | 'admin';

/** One way to report a concern, named by the operator, outside the line of command. */
export interface ConcernContact {
  name: string;
  note?: string;
  phone?: string;
  email?: string;
  url?: string;
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
}

export function readBoot(doc: Document): Boot {
  const element = doc.getElementById('boot');
  const given = JSON.parse(element?.textContent || '{}') as Partial<Boot>;
  return {
    me: given.me ?? null,
    lang: given.lang ?? 'en',
    preload: given.preload ?? {},
    config: { name: given.config?.name ?? 'Mostik', concern: given.config?.concern ?? [] },
    kept: element?.hasAttribute('data-kept') ?? false,
  };
}
