import { describe, expect, test } from 'vitest';
import { equivalents, find, plain, type Entry } from './glossary.ts';

const entry = (key: string, courses: string[], terms: Record<string, string>): Entry => ({ key, courses, terms, language: 'en', term: terms['en'] ?? '', definition: '' });
const victim = entry('victim', ['trafficking', 'burnout'], { en: 'victim', sk: 'obeť', ru: 'пострадавший', kk: 'жәбірленуші' });
const debt = entry('debt-bondage', ['trafficking'], { en: 'debt bondage', ru: 'долговая кабала' });
const all = [victim, debt];

describe('finding a term', () => {
  test('by a part of it, in any language, without case and marks', () => {
    expect(find(all, '', 'OBET')).toEqual([victim]);
    expect(find(all, '', 'кабал')).toEqual([debt]);
    expect(find(all, '', ' bond ')).toEqual([debt]);
    expect(find(all, '', 'жәбір')).toEqual([victim]);
    expect(find(all, '', 'nothing')).toEqual([]);
  });
  test('within a course', () => {
    expect(find(all, 'burnout', '')).toEqual([victim]);
    expect(find(all, 'burnout', 'debt')).toEqual([]);
    expect(find(all, '', '')).toEqual(all);
  });
  test('й and ў are letters of their own', () => {
    expect(plain('Йод')).toBe('йод');
    expect(plain('мои')).not.toBe(plain('мой'));
    expect(plain('Žltý')).toBe('zlty');
  });
});

test('equivalents leave out the entry’s own language and those without a term', () => {
  expect(equivalents(victim, ['en', 'ru', 'sk', 'ky'])).toEqual([
    ['ru', 'пострадавший'],
    ['sk', 'obeť'],
  ]);
});
