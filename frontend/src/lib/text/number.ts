/** Numbers as each language writes them. */
import type { Lang } from './lang.ts';

/** No-break space: a number never breaks over a line. */
const space = '\u00a0';

/** Writes a number with up to `digits` decimals; groups of three from 10,000 up, in English from 1,000. */
export function formatNumber(lang: Lang, n: number, digits = 2): string {
  const english = lang === 'en';
  const rounded = Math.abs(n).toFixed(digits);
  const [whole = '0', fraction = ''] = rounded.split('.');
  const decimals = fraction.replace(/0+$/, '');
  const grouped = whole.length > (english ? 3 : 4) ? whole.replace(/\B(?=(\d{3})+$)/g, english ? ',' : space) : whole;
  const sign = n < 0 && Number(rounded) !== 0 ? '\u2212' : '';
  return sign + grouped + (decimals ? (english ? '.' : ',') + decimals : '');
}

/** A share from 0 to 1 as a whole percentage. Russian, Slovak and Tajik set a space before the sign. */
export function formatPercent(lang: Lang, share: number): string {
  const gap = lang === 'ru' || lang === 'sk' || lang === 'tg' ? space : '';
  return `${formatNumber(lang, share * 100, 0)}${gap}%`;
}

const units: Record<'Latn' | 'Cyrl', readonly string[]> = {
  Latn: ['B', 'kB', 'MB', 'GB'],
  Cyrl: ['Б', 'кБ', 'МБ', 'ГБ'],
};

/** A size in bytes with the unit that keeps it short: "1.4 MB". A kilobyte is 1000 bytes. */
export function formatBytes(lang: Lang, bytes: number): string {
  const names = units[lang === 'en' || lang === 'sk' ? 'Latn' : 'Cyrl'];
  let [value, step] = [bytes, 0];
  while (value >= 1000 && step < names.length - 1) [value, step] = [value / 1000, step + 1];
  return `${formatNumber(lang, value, value < 10 && step > 0 ? 1 : 0)}${space}${names[step] ?? ''}`;
}
