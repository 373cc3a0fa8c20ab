import { describe, expect, test } from 'vitest';
import { categories } from './plural.ts';
import { placeholders, type Catalog, type Message } from './message.ts';
import { langs, type Lang } from './lang.ts';

const files = import.meta.glob<{ default: Catalog }>(['./catalog/*/*.ts', '!./catalog/*/language.ts'], { eager: true });
const areas = ['study', 'staff', 'quiz', 'review', 'talk', 'task', 'account', 'paper', 'exam', 'practice', 'round', 'live', 'report', 'calendar', 'awards', 'holder', 'check', 'checkin', 'programme', 'coordination', 'donor', 'intake', 'hooks', 'scheme', 'acts', 'handing', 'supervisor'] as const;

function catalog(lang: Lang, area: string): Catalog {
  const file = files[`./catalog/${lang}/${area}.ts`];
  if (!file) throw new Error(`no catalogue ${lang}/${area}`);
  return file.default;
}

function forms(message: Message | undefined): string[] {
  if (message === undefined) return [];
  return typeof message === 'string' ? [message] : Object.values(message);
}

describe.each(areas)('the %s catalogue', (area) => {
  const english = catalog('en', area);

  test.each(langs)('%s has every key and no other, in the same order', (lang) => {
    expect(Object.keys(catalog(lang, area))).toEqual(Object.keys(english));
  });

  test.each(langs)('%s has each plural form of its grammar and no other', (lang) => {
    const faults: string[] = [];
    for (const [key, message] of Object.entries(catalog(lang, area))) {
      if ((typeof message === 'string') !== (typeof english[key] === 'string')) faults.push(`${key}: plural in one language only`);
      if (typeof message === 'string') continue;
      if (Object.keys(message).sort().join() !== [...categories[lang]].sort().join()) faults.push(`${key}: ${Object.keys(message).join(' ')}`);
    }
    expect(faults).toEqual([]);
  });

  test.each(langs)('%s keeps every placeholder', (lang) => {
    const faults: string[] = [];
    for (const [key, message] of Object.entries(catalog(lang, area))) {
      const want = placeholders(forms(english[key]).at(-1) ?? '').join();
      for (const form of forms(message)) if (placeholders(form).join() !== want) faults.push(`${key}: ${form}`);
    }
    expect(faults).toEqual([]);
  });

  test.each(langs)('%s has no empty text and no space at an end', (lang) => {
    const bad = Object.entries(catalog(lang, area)).filter(([, m]) => forms(m).some((f) => f === '' || f !== f.trim()));
    expect(bad).toEqual([]);
  });
});

test('a key stands in one area only', () => {
  const keys = areas.flatMap((area) => Object.keys(catalog('en', area)));
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('Cyrillic catalogues hold no Latin letter that only looks Cyrillic', () => {
  const mixed = /(?=\p{L}*\p{Script=Latin})(?=\p{L}*\p{Script=Cyrillic})\p{L}{2,}/u;
  const faults = (['ru', 'kk', 'tg', 'ky'] as const).flatMap((lang) =>
    areas.flatMap((area) => Object.entries(catalog(lang, area)).filter(([, m]) => forms(m).some((f) => mixed.test(f)))),
  );
  expect(faults).toEqual([]);
});
