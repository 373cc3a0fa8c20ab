/**
 * Plural categories by the rules of CLDR 46 for cardinal numbers. Written out because browsers do not
 * know Tajik at all and fall back to the system's language, which is somebody else's grammar.
 */
import type { Lang } from './lang.ts';

export type Category = 'one' | 'few' | 'many' | 'other';

/** The categories each language tells apart: what every plural text of its catalogue must have. */
export const categories: Record<Lang, readonly Category[]> = {
  en: ['one', 'other'],
  ru: ['one', 'few', 'many', 'other'],
  sk: ['one', 'few', 'many', 'other'],
  kk: ['one', 'other'],
  // CLDR has no Tajik rule. A Tajik noun stays singular after a numeral, so one form serves all.
  tg: ['other'],
  ky: ['one', 'other'],
};

/** Picks the category of a number. In Russian and Slovak a fraction has a category of its own. */
export function category(lang: Lang, n: number): Category {
  const value = Math.abs(n);
  const whole = Number.isInteger(value);
  switch (lang) {
    case 'en':
    case 'kk':
    case 'ky':
      return value === 1 ? 'one' : 'other';
    case 'tg':
      return 'other';
    case 'sk':
      if (!whole) return 'many';
      if (value === 1) return 'one';
      return value >= 2 && value <= 4 ? 'few' : 'other';
    case 'ru': {
      if (!whole) return 'other';
      const [ten, hundred] = [value % 10, value % 100];
      if (ten === 1 && hundred !== 11) return 'one';
      if (ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14)) return 'few';
      return 'many';
    }
  }
}
