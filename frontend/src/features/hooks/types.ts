/** Programs that are told of certificates and completions, as the server gives them. */
export type Kind = 'webhook' | 'xapi';
export const events = ['course.completed', 'programme.completed', 'certificate.issued', 'certificate.changed'] as const;
export type HookEvent = (typeof events)[number];

export interface Hook {
  id: string;
  kind: Kind;
  url: string;
  login?: string;
  events: readonly HookEvent[];
  paused: boolean;
  created_at: string;
  /** Deliveries that wait, and those that were given up. */
  waiting: number;
  failed: number;
}

/** The answer to adding one: a webhook's secret is in it, this once. */
export interface NewHook extends Hook {
  secret?: string;
}

export interface Delivery {
  id: string;
  event: HookEvent;
  happened_at: string;
  state: 'waiting' | 'failing' | 'done' | 'given-up' | 'gone';
  attempts: number;
  status?: number;
  problem?: string;
  tried_at?: string;
}

/** What a kind may be told of: a statement to a record store is not taken back. */
export const eventsOf = (kind: Kind): readonly HookEvent[] => events.filter((each) => kind === 'webhook' || each !== 'certificate.changed');
