/** The languages of the interface, each with its own name, in the order in which they are offered. */
export const langs = ['en', 'ru', 'sk', 'kk', 'tg', 'ky'] as const;
export type Lang = (typeof langs)[number];

export const langNames: Record<Lang, string> = {
  en: 'English',
  ru: 'Русский',
  sk: 'Slovenčina',
  kk: 'Қазақша',
  tg: 'Тоҷикӣ',
  ky: 'Кыргызча',
};

export function isLang(value: string): value is Lang {
  return (langs as readonly string[]).includes(value);
}

/** A language's own name, or its tag where we have none. */
export const langName = (tag: string): string => (isLang(tag) ? langNames[tag] : tag);
