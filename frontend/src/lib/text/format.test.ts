import { describe, expect, test } from 'vitest';
import { compare, collator } from './collate.ts';
import { formatDate, formatDay, formatShortDate, formatTime, formatWeekday, partsIn } from './date.ts';
import { fill } from './message.ts';
import { formatBytes, formatNumber, formatPercent } from './number.ts';
import { category } from './plural.ts';
import type { Lang } from './lang.ts';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('plural categories', () => {
  test.each<[Lang, number, string]>([
    ['en', 0, 'other'], ['en', 1, 'one'], ['en', 1.5, 'other'],
    ['ru', 0, 'many'], ['ru', 1, 'one'], ['ru', 2, 'few'], ['ru', 4, 'few'], ['ru', 5, 'many'], ['ru', 11, 'many'],
    ['ru', 12, 'many'], ['ru', 14, 'many'], ['ru', 21, 'one'], ['ru', 22, 'few'], ['ru', 111, 'many'], ['ru', 112, 'many'], ['ru', 1.5, 'other'],
    ['sk', 0, 'other'], ['sk', 1, 'one'], ['sk', 2, 'few'], ['sk', 4, 'few'], ['sk', 5, 'other'], ['sk', 22, 'other'], ['sk', 1.5, 'many'],
    ['kk', 1, 'one'], ['kk', 21, 'other'], ['ky', 1, 'one'], ['ky', 2, 'other'], ['tg', 1, 'other'], ['tg', 7, 'other'],
  ])('%s %d is %s', (lang, n, want) => {
    expect(category(lang, n)).toBe(want);
  });

  test.each<Lang>(['en', 'ru', 'sk', 'kk'])('%s agrees with the browser, which knows this one', (lang) => {
    const rules = new Intl.PluralRules(lang);
    for (let n = 0; n <= 250; n++) expect([n, category(lang, n)]).toEqual([n, rules.select(n)]);
  });
});

test('a plural text takes the form of its number', () => {
  const rows = { one: '{n} строка', few: '{n} строки', many: '{n} строк', other: '{n} строки' };
  expect([1, 3, 11, 12345].map((n) => plain(fill('ru', rows, { n })))).toEqual(['1 строка', '3 строки', '11 строк', '12 345 строк']);
});

test('a value that was not given stays visible, and a value is never read as a pattern', () => {
  expect(fill('en', 'Code {code}')).toBe('Code {code}');
  expect(fill('en', '{a} {b}', { a: '{b}', b: '$&' })).toBe('{b} $&');
});

describe('dates', () => {
  const moment = new Date('2026-03-08T20:05:00Z');
  test.each<[Lang, string, string, string]>([
    ['en', '8 March 2026', '8 Mar', '8 Mar 2026'],
    ['ru', '8 марта 2026 г.', '8 мар.', '08.03.2026'],
    ['sk', '8. marca 2026', '8. mar.', '8. 3. 2026'],
    ['kk', '2026 жылғы 8 наурыз', '8 нау.', '08.03.2026'],
    ['tg', '8 марти 2026', '8 мар.', '08.03.2026'],
    ['ky', '2026-жыл, 8-март', '8-мар.', '08.03.2026'],
  ])('%s', (lang, long, short, table) => {
    expect(plain(formatDate(lang, moment, 'UTC'))).toBe(long);
    expect(plain(formatDay(lang, moment, 'UTC'))).toBe(short);
    expect(plain(formatShortDate(lang, moment, 'UTC'))).toBe(table);
  });

  test('the zone decides the day, the hour and the weekday', () => {
    expect(formatTime('ru', moment, 'Asia/Almaty')).toBe('01:05');
    expect(formatWeekday('kk', moment, 'UTC')).toBe('жексенбі');
    expect(formatWeekday('tg', moment, 'Asia/Dushanbe')).toBe('душанбе');
    expect(partsIn(new Date('2026-01-01T00:00:00Z'), 'UTC').hour).toBe(0);
  });
});

describe('numbers', () => {
  test.each<[Lang, number, string]>([
    ['en', 1204, '1,204'], ['ru', 1204, '1204'], ['ru', 1234567.5, '1 234 567,5'], ['sk', 20000, '20 000'], ['en', -3.25, '−3.25'], ['kk', 0.004, '0'], ['en', -0.001, '0'],
  ])('%s %d', (lang, n, want) => {
    expect(plain(formatNumber(lang, n))).toBe(want);
  });
  test('percent and sizes', () => {
    expect([formatPercent('en', 0.456), plain(formatPercent('ru', 1))]).toEqual(['46%', '100 %']);
    expect([900, 1400, 23_400, 5_200_000].map((n) => plain(formatBytes('ru', n)))).toEqual(['900 Б', '1,4 кБ', '23 кБ', '5,2 МБ']);
  });
});

describe('sorting', () => {
  const alphabets: [Lang, string[]][] = [
    ['kk', ['Ақмола', 'Әулиеата', 'Бурабай', 'Гүлжан', 'Ғабит', 'Есік', 'Карина', 'Қарағанды', 'Нұр', 'Ңақ', 'Омар', 'Өскемен', 'Урал', 'Ұлытау', 'Үшарал', 'Хан', 'Һауа', 'Ыбырай', 'Ілияс', 'Anna']],
    ['ky', ['Нарын', 'Ңар', 'Ош', 'Өзгөн', 'Улан', 'Үмүт', 'Фрунзе']],
    ['tg', ['Гулноз', 'Ғафур', 'Иззат', 'Ӣд', 'Карим', 'Қурбон', 'Умед', 'Ӯктам', 'Хуҷанд', 'Ҳисор', 'Чилла', 'Ҷамшед']],
    ['sk', ['Adam', 'Cyril', 'Čadca', 'Daniel', 'Hugo', 'Chata', 'Ivan', 'Samo', 'Šaľa', 'Zora', 'Žilina', 'Анна']],
    ['ru', ['Ева', 'Елена', 'Ёлка', 'Ель', 'Жанна', 'Яна', 'Adam']],
  ];
  test.each(alphabets)('%s follows its alphabet', (lang, names) => {
    expect([...names].reverse().sort(collator(lang))).toEqual(names);
  });
  test("letters of a neighbour's alphabet stand beside their plain ones", () => {
    const names = ['Анна', 'Кира', 'Қарлығаш', 'Ҷамшед', 'Юлия', 'Žofia'];
    expect([...names].reverse().sort(collator('ru'))).toEqual(['Анна', 'Қарлығаш', 'Кира', 'Ҷамшед', 'Юлия', 'Žofia']);
  });
  test('marks and case decide only between equals', () => {
    expect(compare('sk', 'Dávid', 'David')).toBeGreaterThan(0);
    expect(compare('sk', 'Dávid', 'Davidov')).toBeLessThan(0);
    expect(compare('en', 'anna', 'Anna')).toBeLessThan(0);
    expect(compare('en', 'Room 2', 'Room A')).toBeLessThan(0);
    expect(compare('ru', 'Анна', 'Анна')).toBe(0);
  });
});
