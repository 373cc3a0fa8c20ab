import { afterEach, expect, test } from 'vitest';
import { noon } from './noon.ts';
import { date, shortDate } from './text.svelte.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each(['America/Los_Angeles', 'Europe/Bratislava', 'Asia/Almaty', 'Pacific/Kiritimati'])('a day is that day in %s, a moment is the day there', (name) => {
  process.env['TZ'] = name;
  expect(shortDate(noon('2026-11-20')).replaceAll('\u00a0', ' ')).toBe('20 Nov 2026');
  expect(date(noon('2026-11-20')).replaceAll('\u00a0', ' ')).toBe('20 November 2026');
  const evening = new Date('2026-11-20T23:30:00Z').getDate();
  expect(shortDate('2026-11-20T23:30:00Z')).toMatch(new RegExp(`^${evening}\\b`));
});
