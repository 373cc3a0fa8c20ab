import { expect, test } from 'vitest';
import { sending, Uplink, type Sending } from './uplink.ts';

const good: Sending = { available: 2_000_000, loss: 0 };

/** Reads the same every two seconds, and gives when something changed and to what. */
function read(uplink: Uplink, from: number, seconds: number, what: Sending | ((step: string) => Sending)): string[] {
  const seen: string[] = [];
  for (let now = from; now < from + seconds * 1000; now += 2000) if (uplink.read(now, typeof what === 'function' ? what(uplink.step) : what)) seen.push(`${(now - from) / 1000} ${uplink.step}${uplink.twice ? ' twice' : ''}`);
  return seen;
}

test('a good line, or one that nothing is known of, sends all', () => {
  const uplink = new Uplink();
  expect(read(uplink, 1, 60, good)).toEqual([]);
  expect(read(uplink, 60_001, 60, { available: 0, loss: 0 })).toEqual([]);
  expect([uplink.layers, uplink.voice, uplink.sound.ptime]).toEqual([3, undefined, 20]);
});

test('a weak line sends what it carries, at once the step that fits', () => {
  const uplink = new Uplink();
  expect(read(uplink, 1, 6, { available: 150_000, loss: 0 })).toEqual(['4 small']);
  expect(uplink.layers).toBe(1);
  const worse = new Uplink();
  expect(read(worse, 1, 6, { available: 40_000, loss: 0 })).toEqual(['4 long']);
  expect([worse.layers, worse.voice, worse.sound.ptime]).toEqual([0, 16_000, 60]);
});

test('one weak reading is nothing', () => {
  const uplink = new Uplink();
  for (let i = 0; i < 20; i++) expect(uplink.read(1 + 2000 * i, i % 3 === 0 ? good : { available: 90_000, loss: 0 })).toBe(false);
});

test('what was taken away comes back step by step, and what fails is tried ever more seldom', () => {
  const uplink = new Uplink();
  read(uplink, 1, 6, { available: 40_000, loss: 0 });
  expect(read(uplink, 6_001, 60, good).map((each) => each.split(' ')[1])).toEqual(['voice', 'small', 'full']);
  const narrow = new Uplink();
  const steps = read(narrow, 1, 200, (step) => ({ available: step === 'long' || step === 'voice' ? 80_000 : 70_000, loss: 0 }));
  const tried = steps.filter((each) => each.endsWith('small')).map((each) => Number(each.split(' ')[0]));
  expect(tried.length).toBeGreaterThan(1);
  const pauses = tried.slice(1).map((at, i) => at - (tried[i] ?? 0));
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses.at(-1)).toBeGreaterThan((pauses[0] ?? 0) * 1.5);
});

test('a line that loses carries each packet twice, where it is wide enough', () => {
  const uplink = new Uplink();
  expect(read(uplink, 1, 2, { available: 1_000_000, loss: 0.08 })).toEqual(['0 full twice']);
  expect(read(uplink, 2_001, 2, { available: 1_000_000, loss: 0.02 })).toEqual([]);
  expect(read(uplink, 4_001, 2, { available: 1_000_000, loss: 0 })).toEqual(['0 full']);
  read(uplink, 6_001, 8, { available: 30_000, loss: 0.08 });
  expect([uplink.step, uplink.twice]).toEqual(['long', false]);
});

test('the counts of a browser', () => {
  const report = new Map<string, Record<string, unknown>>([
    ['a', { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 300_000 }],
    ['b', { type: 'candidate-pair', nominated: false, availableOutgoingBitrate: 900_000 }],
    ['c', { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.1 }],
    ['d', { type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.5 }],
  ]);
  expect(sending(report)).toEqual({ available: 300_000, loss: 0.1 });
});
