/** The words on the screen: `t('key', {values})` in the reader's language, drawn again when it changes. */
import { formatDate, formatDateTime, formatDay, formatShortDate, formatTime, formatWeekday } from './date.ts';
import { formatBytes, formatNumber, formatPercent } from './number.ts';
import { fill, type Catalog, type Message, type Params } from './message.ts';
import type { Lang } from './lang.ts';
import type study from './catalog/en/study.ts';
import type staff from './catalog/en/staff.ts';
import type quiz from './catalog/en/quiz.ts';
import type review from './catalog/en/review.ts';
import type talk from './catalog/en/talk.ts';
import type task from './catalog/en/task.ts';
import type account from './catalog/en/account.ts';
import type paper from './catalog/en/paper.ts';
import type exam from './catalog/en/exam.ts';
import type practice from './catalog/en/practice.ts';
import type round from './catalog/en/round.ts';
import type live from './catalog/en/live.ts';
import type calendar from './catalog/en/calendar.ts';
import type holder from './catalog/en/holder.ts';
import type awards from './catalog/en/awards.ts';
import type report from './catalog/en/report.ts';
import type check from './catalog/en/check.ts';
import type checkin from './catalog/en/checkin.ts';
import type programme from './catalog/en/programme.ts';
import type coordination from './catalog/en/coordination.ts';
import type donor from './catalog/en/donor.ts';
import type intake from './catalog/en/intake.ts';
import type hooks from './catalog/en/hooks.ts';
import type scheme from './catalog/en/scheme.ts';
import type acts from './catalog/en/acts.ts';
import type handing from './catalog/en/handing.ts';
import type supervisor from './catalog/en/supervisor.ts';

type Texts = typeof study & typeof staff & typeof quiz & typeof review & typeof talk & typeof task & typeof account & typeof paper & typeof exam & typeof practice & typeof round & typeof live & typeof calendar & typeof report & typeof awards & typeof holder & typeof check & typeof checkin & typeof programme & typeof coordination & typeof donor & typeof intake & typeof hooks & typeof scheme & typeof acts & typeof handing & typeof supervisor;
export type Key = keyof Texts & string;
/** The keys of texts without parameters: what a table of labels may name. */
export type PlainKey = { [K in Key]: Params<Texts[K]> extends [] ? K : never }[Key];
export type Area = 'study' | 'staff';
/** Words that few pages need, and that come with those. */
export type Part = 'quiz' | 'review' | 'talk' | 'task' | 'account' | 'paper' | 'exam' | 'practice' | 'round' | 'live' | 'report' | 'calendar' | 'awards' | 'holder' | 'check' | 'checkin' | 'programme' | 'coordination' | 'donor' | 'intake' | 'hooks' | 'scheme' | 'acts' | 'handing' | 'supervisor';

interface Words {
  default: Catalog;
  /** The other parts of the language, by file. */
  parts: Record<string, () => Promise<{ default: Catalog }>>;
  far: () => Promise<Pick<Words, 'parts'>>;
}

const files = import.meta.glob<Words>('./catalog/*/language.ts');

let current = $state.raw<{ lang: Lang; texts: Catalog }>({ lang: 'en', texts: {} });
const loaded = new Map<string, Catalog>();
/** Parts that were asked for; they follow the language from then on. */
const parts = new Set<Part>();

/** The language on the screen now. */
export function lang(): Lang {
  return current.lang;
}

/** Gives a text of the catalogue, filled with its values. */
export function t<K extends Key>(key: K, ...[values]: Params<Texts[K]>): string {
  return fill(current.lang, text(key), values);
}

/** A text whose key is made at run time, such as a code from the server; the fallback where there is none. */
export function tMaybe(key: string, fallback: string): string {
  const found = current.texts[key];
  return found === undefined ? fallback : fill(current.lang, found);
}

function text(key: string): Message {
  return current.texts[key] ?? key;
}

/**
 * Loads the words of a language for an area and shows them. Staff pages have the study words too, so
 * the areas add up. Nothing changes on the screen until everything has arrived.
 */
export async function useLang(next: Lang, area: Area, more: readonly Part[] = []): Promise<void> {
  for (const part of more) parts.add(part);
  await Promise.all(['study' as const, ...(area === 'staff' ? [area] : []), ...parts].map((each) => load(next, each)));
  show(next);
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}

/** Adds the words of a part in the present language; before the page that needs them is drawn. */
export async function useWords(part: Part): Promise<void> {
  if (parts.has(part) && loaded.has(`${current.lang}/${part}`)) return;
  parts.add(part);
  await load(current.lang, part);
  show(current.lang);
}

function show(next: Lang): void {
  const mine = [...loaded].filter(([name]) => name.startsWith(`${next}/`));
  current = { lang: next, texts: Object.assign({}, ...mine.map(([, texts]) => texts)) as Catalog };
}

async function load(next: Lang, area: Area | Part): Promise<void> {
  const name = `${next}/${area}`;
  if (loaded.has(name)) return;
  const words = await files[`./catalog/${next}/language.ts`]?.();
  const file = `./${area}.ts`;
  const found = area === 'study' ? words : await (words?.parts[file] ?? (await words?.far())?.parts[file])?.();
  // A build without the file has no such words: asking again would not bring them.
  loaded.set(name, found?.default ?? {});
}

export const date = (moment: Date | string, zone?: string) => formatDate(current.lang, new Date(moment), zone);
export const day = (moment: Date | string, zone?: string) => formatDay(current.lang, new Date(moment), zone);
export const shortDate = (moment: Date | string, zone?: string) => formatShortDate(current.lang, new Date(moment), zone);
export const time = (moment: Date | string, zone?: string) => formatTime(current.lang, new Date(moment), zone);
export const dateTime = (moment: Date | string, zone?: string) => formatDateTime(current.lang, new Date(moment), zone);
export const weekday = (moment: Date | string, zone?: string) => formatWeekday(current.lang, new Date(moment), zone);
export const number = (n: number, digits?: number) => formatNumber(current.lang, n, digits);
export const percent = (share: number) => formatPercent(current.lang, share);
export const bytes = (n: number) => formatBytes(current.lang, n);
