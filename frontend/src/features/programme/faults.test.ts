import { expect, test } from 'vitest';
import { faultAt, freeName, shortName } from './faults.ts';

test('a fault of a language stands at its text, and one of a neighbour does not', () => {
  const faults = { 'title/ru': 'too long', 'components/1/title': 'missing', 'components/10/title': 'other' };
  expect(faultAt(faults, 'title')).toBe('too long');
  expect(faultAt(faults, 'components/1')).toBe('missing');
  expect(faultAt(faults, 'components/2')).toBeUndefined();
});

test('a short name is made of a title', () => {
  expect(shortName('  Druh práce – (ulica) ')).toBe('druh-prace-ulica');
  expect(shortName('Вид работы')).toBe('vid-raboty');
  expect(shortName('Йод ё Ёж')).toBe('yod-e-ezh');
  expect(shortName('Ғұмыр ҷой')).toBe('gumyr-joy');
  expect(shortName('…')).toBe('');
  expect(freeName('Street work', 'category', ['street-work'])).toBe('street-work-1');
  expect(freeName('…', 'option', ['option-1'])).toBe('option-2');
});
