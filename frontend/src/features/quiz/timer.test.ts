import { expect, test } from 'vitest';
import { announces, clock, laterOffset, offsetOf, secondsLeft } from './timer.ts';

const deadline = '2026-11-21T10:40:00Z';
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);

test.each([
  ['right', '10:00:00', '10:00:00'],
  ['three hours fast', '10:00:00', '13:00:00'],
  ['a day slow', '10:00:00', '10:00:00'],
])('a device whose clock is %s shows the same time left', (_name, server, device) => {
  const start = at(device) - (_name === 'a day slow' ? 86_400_000 : 0);
  const offset = offsetOf(`2026-11-21T${server}Z`, start);
  expect(secondsLeft(deadline, offset, start)).toBe(40 * 60);
  expect(secondsLeft(deadline, offset, start + 60_000)).toBe(39 * 60);
});

test('time never runs below nothing, a begun second counts as whole, and no deadline has no time', () => {
  expect(secondsLeft(deadline, 0, at('10:39:59.200'))).toBe(1);
  expect(secondsLeft(deadline, 0, at('10:40:00'))).toBe(0);
  expect(secondsLeft(deadline, 0, at('11:00:00'))).toBe(0);
  expect(secondsLeft(null, 0, 0)).toBeUndefined();
});

test('a kept copy of an old answer gives no time back', () => {
  const fresh = offsetOf('2026-11-21T10:00:00Z', at('10:00:00'));
  const stale = offsetOf('2026-11-21T10:00:00Z', at('10:25:00'));
  expect(secondsLeft(deadline, laterOffset(fresh, stale), at('10:25:00'))).toBe(15 * 60);
  expect(laterOffset(undefined, stale)).toBe(stale);
});

test('a time that cannot be read leaves the device its own clock', () => expect(offsetOf('soon', 5)).toBe(0));

test.each([
  [0, '0:00'],
  [7, '0:07'],
  [247, '4:07'],
  [3847, '1:04:07'],
])('%i seconds are written %s', (seconds, text) => expect(clock(seconds)).toBe(text));

test('five minutes and one minute are read out once each, and not when a page opens below them', () => {
  const heard = [];
  let before: number | undefined = 302;
  for (let now = 301; now >= 0; now--) {
    heard.push(announces(before, now));
    before = now;
  }
  expect(heard.filter((each) => each !== undefined)).toEqual([5, 1]);
  expect(announces(undefined, 240)).toBeUndefined();
});

test('a device that slept through five minutes hears of the last one', () => expect(announces(400, 30)).toBe(1));
