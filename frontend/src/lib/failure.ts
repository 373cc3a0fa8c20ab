/** A failure in three sentences: what happened, what is kept, what to do; and a code for support. */
import { Problem, Unreachable } from './api/problem.ts';
import { t, tMaybe } from './text/text.svelte.ts';

/** A part of the site that is gone from the server, because a newer one took its place. */
export class Renewed extends Error {
  override readonly name = 'Renewed';
}

export interface Sentences {
  title: string;
  what: string;
  kept: string;
  todo: string;
  code: string;
  /** What the one button does. */
  action: 'retry' | 'reload' | 'home' | 'sign-in';
}

/** Words for any failure. A code of the server that has a sentence of its own says what happened. */
export function explain(failure: unknown): Sentences {
  const said = sentences(failure);
  if (!(failure instanceof Problem)) return said;
  const what = failure.code ? tMaybe(`code.${failure.code}`, said.what) : said.what;
  return { ...said, what, code: [failure.code, failure.requestId].filter(Boolean).join(' · ') };
}

function sentences(failure: unknown): Sentences {
  const base = { title: t('error.title'), kept: t('error.kept'), code: '' };
  if (failure instanceof Renewed) return { ...base, what: t('error.renewed.what'), todo: t('error.renewed.do'), action: 'reload' };
  if (failure instanceof Unreachable) return { ...base, what: t('error.offline.what'), todo: t('error.offline.do'), action: 'retry' };
  if (!(failure instanceof Problem)) return { ...base, what: t('error.page.what'), todo: t('error.renewed.do'), action: 'reload' };
  switch (failure.status) {
    case 401:
      return { ...base, what: t('error.session.what'), todo: t('error.session.do'), action: 'sign-in' };
    case 403:
      return { ...base, what: t('error.forbidden.what'), todo: t('error.forbidden.do'), action: 'home' };
    case 404:
      return { ...base, title: t('missing.title'), what: t('missing.what'), todo: t('missing.do'), action: 'home' };
    case 429:
      return { ...base, what: t('error.busy.what'), todo: t('error.busy.do'), action: 'retry' };
  }
  if (failure.passing) return { ...base, what: t('error.server.what'), todo: t('error.server.do'), action: 'retry' };
  return { ...base, what: t('error.input.what'), todo: t('error.input.do'), action: 'retry' };
}
