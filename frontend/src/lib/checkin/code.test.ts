import { expect, test } from 'vitest';
import { outline, spaced } from './code.ts';

test('digits stand in groups, and dark squares become one path', () => {
  expect(spaced('123456')).toBe('123 456');
  expect(outline(['110', '001'])).toBe('M4 4h2v1h-2zM6 5h1v1h-1z');
});
