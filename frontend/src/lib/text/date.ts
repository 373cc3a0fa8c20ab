/**
 * Dates and times by own tables: browsers print Kazakh dates with "M01" and Tajik and Kyrgyz ones in
 * English. The zone's arithmetic is the browser's, for that they all know.
 */
import type { Lang } from './lang.ts';

/** Month names as they stand after a day's number, then short ones for tables. */
const months: Record<Lang, readonly string[]> = {
  en: list('January February March April May June July August September October November December'),
  ru: list('января февраля марта апреля мая июня июля августа сентября октября ноября декабря'),
  sk: list('januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra'),
  kk: list('қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан'),
  tg: list('январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри'),
  ky: list('январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь'),
};

const shortMonths: Record<Lang, readonly string[]> = {
  en: list('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'),
  ru: list('янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.'),
  sk: list('jan. feb. mar. apr. máj jún júl aug. sep. okt. nov. dec.'),
  kk: list('қаң. ақп. нау. сәу. мам. мау. шіл. там. қыр. қаз. қар. жел.'),
  tg: list('янв. фев. мар. апр. май июн. июл. авг. сен. окт. ноя. дек.'),
  ky: list('янв. фев. мар. апр. май июн. июл. авг. сен. окт. ноя. дек.'),
};

const weekdays: Record<Lang, readonly string[]> = {
  en: list('Sunday Monday Tuesday Wednesday Thursday Friday Saturday'),
  ru: list('воскресенье понедельник вторник среда четверг пятница суббота'),
  sk: list('nedeľa pondelok utorok streda štvrtok piatok sobota'),
  kk: list('жексенбі дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі'),
  tg: list('якшанбе душанбе сешанбе чоршанбе панҷшанбе ҷумъа шанбе'),
  ky: list('жекшемби дүйшөмбү шейшемби шаршемби бейшемби жума ишемби'),
};

function list(words: string): readonly string[] {
  return words.split(' ');
}

export interface Parts {
  year: number;
  month: number; // 1 to 12
  day: number;
  hour: number;
  minute: number;
  weekday: number; // 0 is Sunday
}

/** The calendar's view of a moment in a zone (IANA name); the device's own zone when none is given. */
export function partsIn(moment: Date, zone?: string): Parts {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(zone ? { timeZone: zone } : {}),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const found: Record<string, number> = {};
  for (const part of format.formatToParts(moment)) found[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found;
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

/** "21 November 2026", in the order and with the endings of the language. */
export function formatDate(lang: Lang, moment: Date, zone?: string): string {
  const { year, month, day } = partsIn(moment, zone);
  const name = months[lang][month - 1] ?? '';
  switch (lang) {
    case 'ru':
      return `${day}\u00a0${name} ${year}\u00a0г.`;
    case 'sk':
      return `${day}.\u00a0${name} ${year}`;
    case 'kk':
      return `${year}\u00a0жылғы ${day}\u00a0${name}`;
    case 'ky':
      return `${year}-жыл, ${day}-${name}`;
    case 'en':
    case 'tg':
      return `${day}\u00a0${name} ${year}`;
  }
}

/** Day and month without the year, for what is near: "21 Nov". */
export function formatDay(lang: Lang, moment: Date, zone?: string): string {
  const { month, day } = partsIn(moment, zone);
  const name = shortMonths[lang][month - 1] ?? '';
  if (lang === 'sk') return `${day}.\u00a0${name}`;
  if (lang === 'ky') return `${day}-${name}`;
  return `${day}\u00a0${name}`;
}

/** The date in figures, for tables; English shows the month's name, since figures are read two ways. */
export function formatShortDate(lang: Lang, moment: Date, zone?: string): string {
  const { year, month, day } = partsIn(moment, zone);
  if (lang === 'en') return `${day}\u00a0${shortMonths.en[month - 1] ?? ''} ${year}`;
  if (lang === 'sk') return `${day}.\u00a0${month}.\u00a0${year}`;
  return `${two(day)}.${two(month)}.${year}`;
}

/** The time of day on a clock of 24 hours, as all six languages write it. */
export function formatTime(_lang: Lang, moment: Date, zone?: string): string {
  const { hour, minute } = partsIn(moment, zone);
  return `${two(hour)}:${two(minute)}`;
}

export function formatDateTime(lang: Lang, moment: Date, zone?: string): string {
  return `${formatDate(lang, moment, zone)}, ${formatTime(lang, moment, zone)}`;
}

export function formatWeekday(lang: Lang, moment: Date, zone?: string): string {
  return weekdays[lang][partsIn(moment, zone).weekday] ?? '';
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
