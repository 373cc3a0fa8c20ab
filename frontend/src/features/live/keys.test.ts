import { expect, test } from 'vitest';
import { keyOf, keys } from './keys.ts';

const press = (code: string, change: object = {}, inside = '') => ({
  code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false,
  target: { closest: (selector: string) => (inside && selector.includes(inside) ? {} : null) } as unknown as EventTarget,
  ...change,
});

test('a letter does what the list says', () => {
  for (const { name, code } of keys) expect(keyOf(press(code, { shiftKey: name === 'help' }), true)).toBe(name);
  expect(keyOf(press('KeyZ'), true)).toBeUndefined();
});

test('no letter does anything where one writes, with another key held, or when it is held down', () => {
  expect(keyOf(press('KeyM', {}, 'textarea'), true)).toBeUndefined();
  for (const held of ['ctrlKey', 'metaKey', 'altKey', 'repeat']) expect(keyOf(press('KeyM', { [held]: true }), true)).toBeUndefined();
});

test('letters can be turned off; the keys of a clicker stay', () => {
  expect(keyOf(press('KeyM'), false)).toBeUndefined();
  expect(keyOf(press('Slash', { shiftKey: true }), false)).toBeUndefined();
  expect(keyOf(press('PageDown'), false)).toBe('next');
});

test('a list that scrolls keeps its keys', () => {
  expect(keyOf(press('PageDown', {}, '[role=log]'), true)).toBeUndefined();
});
