import { expect, test } from 'vitest';
import { parts } from './links.ts';

test('addresses become links, the stop behind them does not', () => {
  expect(parts('см. https://example.org/a?b=1. Или (http://example.org/ж)!')).toEqual([
    { text: 'см. ' },
    { text: 'https://example.org/a?b=1', href: 'https://example.org/a?b=1' },
    { text: '. Или (' },
    { text: 'http://example.org/ж', href: 'http://example.org/%D0%B6' },
    { text: ')!' },
  ]);
});

test('nothing else becomes a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'https://bank.example@evil.example/', '<a href="x">', 'ftp://x']) {
    expect(parts(text).some((part) => part.href)).toBe(false);
  }
  expect(parts('')).toEqual([]);
});
