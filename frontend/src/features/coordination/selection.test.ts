import { expect, test } from 'vitest';
import { choose, chosen, held, nobody, some } from './selection.ts';

test('another filter begins with nobody', () => {
  const made = choose(nobody('country=SK'), 'a', true, ['a', 'b']);
  expect(some(held(made, 'country=SK'))).toBe(true);
  expect(some(held(made, 'country=KZ'))).toBe(false);
  expect(some(held({ of: 'country=SK', all: true, ids: new Set() }, ''))).toBe(false);
});

test('whoever is taken out of everybody leaves the others that are shown', () => {
  const rest = choose({ of: '', all: true, ids: new Set() }, 'b', false, ['a', 'b', 'c']);
  expect([rest.all, ...rest.ids]).toEqual([false, 'a', 'c']);
  expect(chosen(rest, 'b')).toBe(false);
});
