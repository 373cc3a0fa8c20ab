import { expect, test } from 'vitest';
import { definitionOf, type Fields } from './indicator.ts';

const fields: Fields = { key: ' kids ', names: { en: 'Children', ru: ' ' }, act: 'attended', period: 'report', components: '', share: '', what: '', of: '', target: '', until: '', units: ['persons', 'attendances'], by: ['sex', 'organisation', 'sex country'] };

test('a total is broken down only by what is known of it, and is a share of nothing', () => {
  const { count, of, by, units } = definitionOf({ ...fields, act: 'total', what: ' children ', of: 'joined', components: 'a, b', share: '85' });
  expect(count).toEqual({ act: 'total', period: 'report', what: 'children' });
  expect(of).toBeUndefined();
  expect(by).toEqual([['sex'], ['sex', 'country']]);
  expect(units).toEqual(['persons']);
});

test('what happens more than once is counted in both units, a share only in persons', () => {
  expect(definitionOf({ ...fields, components: 'one, two  three' }).count.components).toEqual(['one', 'two', 'three']);
  expect(definitionOf(fields)).toMatchObject({ key: 'kids', name: { en: 'Children' }, units: ['persons', 'attendances'], by: [['sex'], ['organisation'], ['sex', 'country']] });
  expect(definitionOf({ ...fields, of: 'joined' })).toMatchObject({ units: ['persons'], of: { act: 'joined', period: 'to-date' } });
});

test('a target has a day only where it is a target', () => {
  expect(definitionOf({ ...fields, until: '2026-12-31' }).target).toBeUndefined();
  expect(definitionOf({ ...fields, target: '12,5', until: '2026-12-31' }).target).toEqual({ value: 12.5, by: '2026-12-31' });
});
