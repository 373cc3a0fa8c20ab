import { beforeAll, expect, test } from 'vitest';
import { useLang } from '../../lib/text/text.svelte.ts';
import { length } from './length.ts';

beforeAll(() => useLang('en', 'study'));

test.each([
  [0.2, '1 min'],
  [8, '8 min'],
  [89, '89 min'],
  [95, '1.5 hours'],
  [240, '4 hours'],
])('%d minutes are shown as %s', (minutes, shown) => {
  expect(length(minutes)).toBe(shown);
});
