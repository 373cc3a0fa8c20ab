import { expect, test } from 'vitest';
import { wordsFor } from './types.ts';

test('conditions are read in the reader’s language, else in English, else in what there is', () => {
  expect(wordsFor({ en: 'On paper', ru: 'На бумаге' }, 'ru')).toEqual({ words: 'На бумаге', lang: 'ru' });
  expect(wordsFor({ en: 'On paper', ru: 'На бумаге' }, 'kk')).toEqual({ words: 'On paper', lang: 'en' });
  expect(wordsFor({ sk: 'Na papieri' }, 'kk')).toEqual({ words: 'Na papieri', lang: 'sk' });
  expect(wordsFor(undefined, 'kk').words).toBe('');
});
